"""Online mirror descent on a finite game of one population as flat arrays, with the exploitability of every iterate, in NumPy:
transitions are gathered and scattered for all states and actions of a time at once. The file is that of finite.c."""
import json, sys, time
import numpy as np

iterations, alpha, file = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
data = np.fromfile(file)
times, states, actions, rows, entries, stride = (int(x) for x in data[:6])
weight, floor, least = data[6], data[7], data[8] != 0
initial, start, successor, probability, reward = np.split(
    data[9:], np.cumsum([states, rows + 1, entries, entries])
)
start, successor = start.astype(np.int64), successor.astype(np.int64)
row = np.repeat(np.arange(rows), np.diff(start))
reward = reward.reshape(-1, states, actions)
# Every row has at least one entry, so that sums over rows are those between starts.
starts = start[:-1]


def expected(later):
    return np.add.reduceat(probability * later[successor], starts).reshape(states, actions)


for _ in sys.stdin:
    begin = time.process_time()
    policy = np.full((times, states, actions), 1 / actions)
    y = np.zeros_like(policy)
    mu, pairs = np.empty((times, states)), np.empty_like(policy)
    best, own = np.empty_like(policy), np.empty_like(policy)
    best_v, own_v = np.empty((times, states)), np.empty((times, states))
    scores = []
    for k in range(iterations + 1):
        if k > 0:
            y += alpha * (own - own_v[:, :, None])
            y -= y.max(2, keepdims=True)
            np.exp(y, out=policy)
            policy /= policy.sum(2, keepdims=True)
        mu[0] = initial
        for t in range(times):
            np.multiply(mu[t][:, None], policy[t], out=pairs[t])
            if t + 1 < times:
                mu[t + 1] = np.bincount(successor, pairs[t].ravel()[row] * probability, states)
        here = -weight * np.log(np.maximum(mu, floor) if least else mu + floor)
        for t in range(times - 1, -1, -1):
            earned = here[t][:, None] + reward[t if stride else 0]
            best[t], own[t] = earned, earned
            if t + 1 < times:
                best[t] += expected(best_v[t + 1])
                own[t] += expected(own_v[t + 1])
            best[t].max(1, out=best_v[t])
            np.einsum("sa,sa->s", policy[t], own[t], out=own_v[t])
        scores.append(float((pairs * (best_v[:, :, None] - best)).sum()))
    print(json.dumps({"seconds": time.process_time() - begin, "check": [scores[0], scores[-1]]}), flush=True)
