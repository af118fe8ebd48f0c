"""Agents of the malware game in NumPy: vectorised over agents, in place, noise drawn by the array (PCG64), a loop over time."""
import json, sys, time
import numpy as np

work, numbers = sys.argv[1], [float(value) for value in sys.argv[2:]]
random = np.random.default_rng(1)


def returns(k, lam, gamma, theta, mean, agents, horizon, rounds, sample):
    agents, horizon = int(agents), int(horizon)
    field = np.full(int(sample), mean)
    noise = np.empty((horizon, agents))
    x, cost, left, total = np.empty(agents), np.empty(agents), np.empty(agents), np.empty(agents)
    acts = np.empty(agents, dtype=bool)
    results = 0.0
    for _ in range(int(rounds)):
        c = k + field.mean()
        random.random(out=x)
        random.random(out=noise)
        total[:] = 0
        weight = 1.0
        for w in noise:
            np.greater(x, theta, out=acts)
            np.multiply(x, weight * c, out=cost)
            total -= cost
            np.multiply(acts, weight * lam, out=cost)
            total -= cost
            np.subtract(1, x, out=left)
            left *= w
            x += left
            x[acts] = 0
            weight *= gamma
        results += total.mean()
    return results


def population(theta, agents, steps, rounds):
    """All repeats at once: agents of different repeats do not meet."""
    agents, steps = int(agents), int(steps)
    x, w = np.empty(agents), np.empty(agents)
    acts = np.empty(agents, dtype=bool)
    results = 0.0
    for _ in range(int(rounds)):
        random.random(out=x)
        for _ in range(steps):
            np.greater(x, theta, out=acts)
            random.random(out=w)
            # (1 - x) w, in the memory of w
            w -= w * x
            x += w
            x[acts] = 0
        results += x.mean()
    return results


def tables(n):
    """P(y|x,a) of variant I: uniform over x, ..., n - 1; or 0."""
    P = np.zeros((n, 2, n))
    for i in range(n):
        P[i, 0, i:] = 1 / (n - i)
        P[i, 1, 0] = 1
    # Row number + cumulative probability: one increasing array, in which one search inverts any row.
    cumulative = np.minimum(P.reshape(2 * n, n).cumsum(axis=1), 1.0)
    cumulative[:, -1] = 1.0
    return (np.arange(2 * n)[:, None] + cumulative).ravel()


def grid(k, lam, gamma, theta, mean, agents, horizon, rounds, n):
    agents, horizon, n = int(agents), int(horizon), int(n)
    position = np.arange(n) / (n - 1)
    flat = tables(n)
    policy = (position > theta).astype(float)
    coins, noise = np.empty((horizon, agents)), np.empty((horizon, agents))
    results = 0.0
    for _ in range(int(rounds)):
        reward = (-(k + mean) * position[:, None] - lam * np.arange(2)).ravel()
        random.random(out=coins)
        random.random(out=noise)
        x = random.integers(n, size=agents)
        total = np.zeros(agents)
        weight = 1.0
        for u, w in zip(coins, noise):
            row = 2 * x
            row += u < policy[x]
            total += weight * reward[row]
            x = np.searchsorted(flat, row + w, side="right")
            x -= n * row
            weight *= gamma
        results += total.mean()
    return results


for _ in sys.stdin:
    start = time.perf_counter()
    {"returns": returns, "population": population, "grid": grid}[work](*numbers)
    print(json.dumps({"seconds": time.perf_counter() - start, "check": None}), flush=True)
