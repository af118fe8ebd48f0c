"""Newton's method for the stationary game on the torus, H = |p|^2, F = m^2 - sin 2 pi x - cos 4 pi x - sin 2 pi y, nu = 1, by the
upwind scheme: values, density and constant at once, systems by SciPy's sparse LU (SuperLU)."""
import json, sys, time
import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

n, tolerance = int(sys.argv[1]), float(sys.argv[2])
h, nu, size = 1.0 / n, 1.0, n * n
x = np.arange(n) * h
place = (-np.sin(2 * np.pi * x) - np.cos(4 * np.pi * x))[:, None] - np.sin(2 * np.pi * x)[None, :]
place = place.ravel()
shift = sp.csr_matrix((np.ones(n), (np.arange(n), (np.arange(n) + 1) % n)), (n, n))
eye, one = sp.identity(n), sp.identity(size)
nexts = [sp.kron(shift, eye, "csr"), sp.kron(eye, shift, "csr")]
laplace = sum(step + step.T - 2 * one for step in nexts) / h**2
row = sp.csr_matrix(np.full((1, size), h * h))
ones, nothing = sp.csr_matrix(np.ones((size, 1))), sp.csr_matrix((1, size))

for _ in sys.stdin:
    begin = time.perf_counter()
    u, m, constant = np.zeros(size), np.ones(size), 0.0
    for _ in range(40):
        hamiltonian, slope = np.zeros(size), sp.csr_matrix((size, size))
        bend = sp.csr_matrix((size, size))
        for step in nexts:
            forth, back = (step - one) / h, (one - step.T) / h
            above, below = np.minimum(forth @ u, 0), np.maximum(back @ u, 0)
            hamiltonian += above**2 + below**2
            slope = slope + sp.diags(2 * above) @ forth + sp.diags(2 * below) @ back
            bend = bend + forth.T @ sp.diags(2 * m * (above < 0)) @ forth + back.T @ sp.diags(2 * m * (below > 0)) @ back
        first = -nu * laplace @ u + hamiltonian + constant - place - m**2
        second = (-nu * laplace + slope.T) @ m
        rest = np.concatenate([first, second, [h * h * m.sum() - 1, h * h * u.sum()]])
        if np.abs(rest).max() <= tolerance:
            break
        # The two laws are rows; a multiplier that comes out 0 keeps the system square.
        jacobian = sp.bmat(
            [
                [-nu * laplace + slope, -sp.diags(2 * m), ones, None],
                [bend, -nu * laplace + slope.T, None, ones],
                [nothing, row, None, None],
                [row, nothing, None, None],
            ],
            "csc",
        )
        change = splu(jacobian).solve(rest)
        u, m, constant = u - change[:size], m - change[size : 2 * size], constant - change[2 * size]
    seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds, "check": [constant, m[0]]}), flush=True)
