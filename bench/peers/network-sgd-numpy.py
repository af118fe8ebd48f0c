"""Online training of one hidden layer of tanh neurons in NumPy, in place: BLAS for the products, one temporary for the update."""
import json, os, sys, time
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = sys.argv[1]
import numpy as np

count, inputs, steps = map(int, sys.argv[2:5])
rate = float(sys.argv[5])
theta = np.fromfile(sys.argv[6]).reshape(count, 1 + inputs)
samples = np.fromfile(sys.argv[7]).reshape(steps + 1, inputs + 1)
x, y = np.ascontiguousarray(samples[:, :inputs]), samples[:, inputs]
s, pull, update = np.empty(count), np.empty(count), np.empty((count, inputs))
for _ in sys.stdin:
    c, w = theta[:, 0].copy(), theta[:, 1:].copy()
    start = time.perf_counter()
    for k in range(steps):
        np.dot(w, x[k], out=s)
        np.tanh(s, out=s)
        step = rate / count * (y[k] - c @ s / count)
        np.multiply(s, s, out=pull)
        np.subtract(1, pull, out=pull)
        pull *= c
        pull *= step
        np.multiply(pull[:, None], x[k], out=update)
        w += update
        s *= step
        c += s
    np.dot(w, x[steps], out=s)
    g = c @ np.tanh(s) / count
    print(json.dumps({"seconds": time.perf_counter() - start, "check": [g, w[-1, -1]]}), flush=True)
