"""Euler-Maruyama of dX = a (mean - X) dt + sigma dW for many particles in NumPy, in place; its own generator (PCG64)."""
import json, sys, time
import numpy as np

particles, steps = int(sys.argv[1]), int(sys.argv[2])
dt, a, sigma = map(float, sys.argv[3:6])
random, x, xi = np.random.default_rng(1), np.empty(particles), np.empty(particles)
for _ in sys.stdin:
    x[:] = 0
    start = time.perf_counter()
    for _ in range(steps):
        shift = a * x.mean() * dt
        random.standard_normal(out=xi)
        xi *= sigma * dt**0.5
        x *= 1 - a * dt
        x += shift
        x += xi
    print(json.dumps({"seconds": time.perf_counter() - start, "check": None}), flush=True)
