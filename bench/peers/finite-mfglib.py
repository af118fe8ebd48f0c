"""Online mirror descent by MFGLib on one of its own environments, called as its documentation calls it, on one thread; it scores
every iterate. Arguments: environment, its parameters as JSON, iterations, step size, single or double precision."""
import json, sys, time
import torch
from mfglib.alg import OnlineMirrorDescent
from mfglib.env import Environment

name, parameters, iterations, alpha, precision = sys.argv[1:6]
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64 if precision == "double" else torch.float32)
environment = getattr(Environment, name)(**json.loads(parameters))
descent = OnlineMirrorDescent(alpha=float(alpha))

for _ in sys.stdin:
    begin = time.process_time()
    _, scores, _ = descent.solve(environment, max_iter=int(iterations), atol=None, rtol=None, verbose=False)
    seconds = time.process_time() - begin
    print(json.dumps({"seconds": seconds, "check": [float(scores[0]), float(scores[-1])]}), flush=True)
