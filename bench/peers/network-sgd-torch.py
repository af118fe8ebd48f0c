"""Online training of one hidden layer of tanh neurons in PyTorch, in double precision, in place, with BLAS's rank-one update."""
import json, sys, time
import torch

torch.set_num_threads(int(sys.argv[1]))
torch.set_grad_enabled(False)
count, inputs, steps = map(int, sys.argv[2:5])
rate = float(sys.argv[5])
theta = torch.from_file(sys.argv[6], size=count * (1 + inputs), dtype=torch.float64).reshape(count, 1 + inputs)
samples = torch.from_file(sys.argv[7], size=(steps + 1) * (inputs + 1), dtype=torch.float64)
samples = samples.reshape(steps + 1, inputs + 1)
x, y = samples[:, :inputs].contiguous(), samples[:, inputs].tolist()
s, pull = torch.empty(count, dtype=torch.float64), torch.empty(count, dtype=torch.float64)
for _ in sys.stdin:
    c, w = theta[:, 0].clone(), theta[:, 1:].clone()
    start = time.perf_counter()
    for k in range(steps):
        torch.mv(w, x[k], out=s)
        s.tanh_()
        step = rate / count * (y[k] - torch.dot(c, s).item() / count)
        torch.mul(s, s, out=pull)
        pull.neg_().add_(1).mul_(c).mul_(step)
        w.addr_(pull, x[k])
        c.add_(s, alpha=step)
    torch.mv(w, x[steps], out=s)
    g = torch.dot(c, s.tanh_()).item() / count
    print(json.dumps({"seconds": time.perf_counter() - start, "check": [g, w[-1, -1].item()]}), flush=True)
