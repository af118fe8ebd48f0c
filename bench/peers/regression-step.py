"""One step of least-squares Monte Carlo in NumPy: Hermite polynomials column by column, BLAS for all sums, fitted values."""
import json, os, sys, time
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
import numpy as np

paths, degree, steps = map(int, sys.argv[1:4])
x, y, w = np.fromfile(sys.argv[4]).reshape(3, paths)
h = np.empty((degree + 1, paths))
right = np.empty((2, paths))
scratch = np.empty(paths)
h[0] = 1
for _ in sys.stdin:
    start = time.perf_counter()
    for _ in range(steps):
        h[1] = x
        for k in range(1, degree):
            np.multiply(x, h[k], out=h[k + 1])
            np.multiply(h[k - 1], k**0.5, out=scratch)
            h[k + 1] -= scratch
            h[k + 1] /= (k + 1) ** 0.5
        right[0] = y
        np.multiply(y, w, out=right[1])
        coefficients = np.linalg.solve(h @ h.T, h @ right.T)
        first, second = coefficients.T @ h
    print(json.dumps({"seconds": time.perf_counter() - start, "check": [first[17], second[-1]]}), flush=True)
