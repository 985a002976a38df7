"""PyTorch's side of tests/bench/attribution.ts: times one thing at a time, when told, so that both sides' runs are interleaved.

Reads a line a request from standard input, {"network": NAME, "batch": N, "what": WHAT}, and answers with a line, {"ms": T}.
WHAT: forward, hooks (forward, then a full backward from the class's score, and the Grad-CAM map: the usual implementation),
tail (as hooks, but the gradient is asked for at the target layer alone), ig (integrated gradients, 50 steps, a loop of batches of 10).
"""
import json
import sys
import time
import warnings
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "autodiff"))
from networks import SEED, ZOO, at, randomised  # noqa: E402

warnings.filterwarnings("ignore")
torch.set_num_threads(2)
STEPS, CHUNK = 50, 10
made = {}


def network(name):
    if name not in made:
        constructor, shape, _, layer, _, _ = ZOO[name]
        model = randomised(constructor()).eval()
        module = at(layer)(model)
        kept = {}
        module.register_forward_hook(lambda _m, _i, output: kept.__setitem__("activation", output))
        made[name] = (model, kept, shape)
    return made[name]


def grad_cam(activation, gradient):
    return torch.relu((gradient.mean((2, 3), keepdim=True) * activation).sum(1))


def forward(model, kept, x):
    with torch.no_grad():
        model(x)


def hooks(model, kept, x):
    model.zero_grad(set_to_none=True)
    logits = model(x)
    activation = kept["activation"]
    activation.retain_grad()
    logits.gather(1, logits.argmax(1, keepdim=True)).sum().backward()
    grad_cam(activation, activation.grad).detach()


def tail(model, kept, x):
    logits = model(x)
    score = logits.gather(1, logits.argmax(1, keepdim=True)).sum()
    (gradient,) = torch.autograd.grad(score, kept["activation"])
    grad_cam(kept["activation"], gradient).detach()


def ig(model, kept, x):
    with torch.no_grad():
        target = model(x).argmax(1)
    total = torch.zeros_like(x)
    points = (torch.arange(STEPS) + 0.5) / STEPS
    for start in range(0, STEPS, CHUNK):
        scale = points[start:start + CHUNK].view(-1, 1, 1, 1)
        batch = (x * scale).requires_grad_(True)
        score = model(batch)[:, target].sum()
        (gradient,) = torch.autograd.grad(score, batch)
        total += gradient.sum(0, keepdim=True)
    (x * total / STEPS).sum(1)


WHAT = {"forward": forward, "hooks": hooks, "tail": tail, "ig": ig}

print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    model, kept, shape = network(request["network"])
    x = torch.randn(request["batch"], *shape, generator=torch.Generator().manual_seed(SEED))
    start = time.perf_counter()
    WHAT[request["what"]](model, kept, x)
    print(json.dumps({"ms": (time.perf_counter() - start) * 1e3}), flush=True)
