"""The tutorial game by Picard's iteration as ours, in NumPy with SciPy's banded solver: implicit upwind steps between walls,
halfway from the flow assumed to the flow induced, until their distance is within the tolerance."""
import json, sys, time
import numpy as np
from scipy.linalg import solve_banded

n, steps, tolerance = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
h, dt, nu, c = 1.0 / (n - 1), 1.0 / steps, 0.5 * 0.3**2, -0.5
x = np.arange(n) * h
weight = np.full(n, h)
weight[[0, -1]] = 0.5 * h
start = weight * np.exp(-50 * (x - 0.5) ** 2)
start /= start.sum()
terminal = (x - 0.5) ** 2
spread = nu * dt / (h * weight)
band = np.zeros((3, n))


def rates(rise, fall):
    up, down = spread + dt / h * rise, spread + dt / h * fall
    up[-1] = down[0] = 0
    return up, down


def values(up, down, f):
    band[0, 1:], band[1], band[2, :-1] = -up[:-1], 1 + up + down, -down[1:]
    return solve_banded((1, 1), band, f, check_finite=False)


def masses(up, down, f):
    band[0, 1:], band[1], band[2, :-1] = -down[1:], 1 + up + down, -up[:-1]
    return solve_banded((1, 1), band, f, check_finite=False)


def respond(later, v, m):
    moved = np.inf
    for _ in range(50):
        slope = np.diff(v) / h
        forth, back = np.append(slope, 0), np.insert(slope, 0, 0)
        rise, fall = np.maximum(-forth, 0), np.maximum(back, 0)
        cost, source = 0.5 * (rise**2 + fall**2), -c * m
        residual = v - later + dt * (cost - source) - spread * h * (forth - back)
        up, down = rates(rise, fall)
        noise = 4 * np.finfo(float).eps * (np.abs(v).max() * (2 + (up + down).max()) + dt * (cost + np.abs(source)).max())
        largest = np.abs(residual).max()
        if largest <= noise or (moved <= 1e-10 and largest <= 64 * noise):
            return v, rise, fall
        change = values(up, down, residual)
        v = v - change
        moved = np.abs(change).max() / np.abs(v).max()
    raise RuntimeError("a stage is not solved")


def best_response(flow):
    value, rise, fall = np.empty((steps + 1, n)), np.empty((steps, n)), np.empty((steps, n))
    value[-1] = terminal
    for s in range(steps - 1, -1, -1):
        value[s], rise[s], fall[s] = respond(value[s + 1], value[s + 1], flow[s + 1] / weight)
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
        paid = -c * mass[s + 1] / weight + 0.5 * (rise[s] ** 2 + fall[s] ** 2)
        v = values(*rates(rise[s], fall[s]), v + dt * paid)
    return start @ v


for _ in sys.stdin:
    begin = time.perf_counter()
    flow = transport(np.zeros((steps, n)), np.zeros((steps, n)))
    while True:
        value, rise, fall = best_response(flow)
        mass = transport(rise, fall)
        distance = np.abs(mass - flow).sum(1).max()
        exploitability = cost_of(mass, rise, fall) - start @ best_response(mass)[0][0]
        if distance <= tolerance and exploitability <= tolerance:
            break
        flow = 0.5 * (flow + mass)
    middle = n // 2
    print(
        json.dumps(
            {"seconds": time.perf_counter() - begin, "check": [value[0, middle], flow[-1, middle] / weight[middle]]}
        ),
        flush=True,
    )
