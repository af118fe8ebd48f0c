"""Newton's method in space and time as in grid-newton.c: NumPy for fields, SciPy's banded solver and GMRES for systems."""
import json, sys, time
import numpy as np
from scipy.linalg import solve_banded
from scipy.sparse.linalg import LinearOperator, gmres

n, steps, tolerance = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
h, dt, nu = 1.0 / n, 0.5 / steps, 0.1
x = np.arange(n) * h
place = 0.5 * np.sin(2 * np.pi * x) + 0.3 * np.cos(4 * np.pi * x)
terminal = 0.2 * np.cos(2 * np.pi * x)
start = h * (1 + 0.6 * np.cos(2 * np.pi * x))
diffuse = nu * dt / h**2
band = np.zeros((3, n))


def cyclic(above, diagonal, below, f):
    """diagonal f + above f_next + below f_previous on a circle, by the formula of Sherman and Morrison."""
    corner = -diagonal[0]
    band[0, 1:], band[1], band[2, :-1] = above[:-1], diagonal, below[1:]
    band[1, 0] -= corner
    band[1, -1] -= below[0] * above[-1] / corner
    both = np.zeros((n, 2))
    both[:, 0] = f
    both[0, 1], both[-1, 1] = corner, above[-1]
    both = solve_banded((1, 1), band, both, check_finite=False)
    share = below[0] / corner
    factor = (both[0, 0] + share * both[-1, 0]) / (1 + both[0, 1] + share * both[-1, 1])
    return both[:, 0] - factor * both[:, 1]


def rates(rise, fall):
    return diffuse + dt / h * rise, diffuse + dt / h * fall


def values(up, down, f):
    return cyclic(-up, 1 + up + down, -down, f)


def masses(up, down, f):
    return cyclic(-np.roll(down, -1), 1 + up + down, -np.roll(up, 1), f)


def respond(later, v, m):
    a, source, moved = 1 / (1 + m), place + 0.5 * m, np.inf
    for _ in range(50):
        forth = (np.roll(v, -1) - v) / h
        back = np.roll(forth, 1)
        rise, fall = a * np.maximum(-forth, 0), a * np.maximum(back, 0)
        cost = 0.5 * (rise**2 + fall**2) / a
        residual = v - later + dt * (cost - source) - diffuse * h * (forth - back)
        largest = np.abs(residual).max()
        rate = 2 * diffuse + dt / h * (rise + fall).max()
        noise = 4 * np.finfo(float).eps * (np.abs(v).max() * (2 + rate) + dt * (np.abs(cost) + np.abs(source)).max())
        if largest <= noise or (moved <= 1e-10 and largest <= 64 * noise):
            return v, rise, fall
        change = values(*rates(rise, fall), residual)
        v = v - change
        moved = np.abs(change).max() / np.abs(v).max()
    raise RuntimeError("a stage is not solved")


def best_response(flow):
    value, rise, fall = np.empty((steps + 1, n)), np.empty((steps, n)), np.empty((steps, n))
    value[-1], went = terminal, 0
    for s in range(steps - 1, -1, -1):
        value[s], rise[s], fall[s] = respond(value[s + 1], value[s + 1] + went, flow[s + 1] / h)
        went = value[s] - value[s + 1]
    return value, rise, fall


def transport(rise, fall):
    mass = np.empty((steps + 1, n))
    mass[0] = start
    for s in range(steps):
        mass[s + 1] = masses(*rates(rise[s], fall[s]), mass[s])
    return mass


def cost_of(mass, rise, fall):
    v = terminal
    for s in range(steps - 1, -1, -1):
        m = mass[s + 1] / h
        paid = place + 0.5 * m + 0.5 * (rise[s] ** 2 + fall[s] ** 2) * (1 + m)
        v = values(*rates(rise[s], fall[s]), v + dt * paid)
    return start @ v


def linear(seen, flow, mass, rise, fall):
    seen = seen.reshape(steps, n) / h
    rises, falls, v = np.empty((steps, n)), np.empty((steps, n)), np.zeros(n)
    for s in range(steps - 1, -1, -1):
        a = 1 / (1 + flow[s + 1] / h)
        source = (0.5 + 0.5 * (rise[s] ** 2 + fall[s] ** 2)) * seen[s]
        v = values(*rates(rise[s], fall[s]), v + dt * source)
        forth = (np.roll(v, -1) - v) / h
        rises[s] = np.where(rise[s] > 0, -a * (forth + rise[s] * seen[s]), 0)
        falls[s] = np.where(fall[s] > 0, a * (np.roll(forth, 1) - fall[s] * seen[s]), 0)
    change, before = np.empty((steps, n)), np.zeros(n)
    for s in range(steps):
        above, below = dt / h * mass[s + 1] * rises[s], dt / h * mass[s + 1] * falls[s]
        before = before - above - below + np.roll(above, 1) + np.roll(below, -1)
        change[s] = before = masses(*rates(rise[s], fall[s]), before)
    return change.ravel()


for _ in sys.stdin:
    begin = time.perf_counter()
    flow = transport(np.zeros((steps, n)), np.zeros((steps, n)))
    for _ in range(20):
        value, rise, fall = best_response(flow)
        mass = transport(rise, fall)
        distance = np.abs(mass - flow).sum(1).max()
        exploitability = cost_of(mass, rise, fall) - start @ best_response(mass)[0][0]
        if distance <= tolerance and exploitability <= tolerance:
            break
        accepted = min(1e-2, max(1e-12, 0.1 * distance, 0.1 * tolerance / distance))
        product = LinearOperator(
            (steps * n, steps * n), matvec=lambda y: y - linear(y, flow, mass, rise, fall), dtype=float
        )
        y, _ = gmres(product, (mass - flow)[1:].ravel(), rtol=accepted, restart=60, maxiter=1)
        change = linear(y, flow, mass, rise, fall).reshape(steps, n)
        flow = np.vstack([start, mass[1:] + change])
    print(
        json.dumps({"seconds": time.perf_counter() - begin, "check": [value[0, n // 2], mass[-1, n // 2] / h]}),
        flush=True,
    )
