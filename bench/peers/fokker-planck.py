"""Implicit upwind Fokker-Planck steps as in fokker-planck.c: assembly in NumPy, solution by SciPy's banded solver (LAPACK)."""
import json, sys, time
import numpy as np
from scipy.linalg import solve_banded

n, steps, dt = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
dx = 10.0 / n
ratio, diffusion = dt / dx, 0.5 / dx
x = -5 + (np.arange(n) + 0.5) * dx
drift = -(x[:-1] + 0.5 * dx)
band = np.zeros((3, n))
for _ in sys.stdin:
    m = np.exp(-2 * (x - 1) ** 2)
    m /= m.sum() * dx
    start = time.perf_counter()
    for _ in range(steps):
        mean = (x @ m) * dx
        b = drift + 0.5 * mean
        right, left = ratio * (np.maximum(b, 0) + diffusion), ratio * (np.maximum(-b, 0) + diffusion)
        band[1] = 1
        band[1, :-1] += right
        band[1, 1:] += left
        band[0, 1:] = -left
        band[2, :-1] = -right
        m = solve_banded((1, 1), band, m, check_finite=False)
    print(json.dumps({"seconds": time.perf_counter() - start, "check": [mean, m[n // 2]]}), flush=True)
