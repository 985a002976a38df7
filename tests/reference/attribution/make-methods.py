"""Writes tests/fixtures/attribution/: a small random network as ONNX, and every attribution method's map of one input.

Each method is written here from its paper with PyTorch hooks and autograd, apart from the program's own code.
Run: /usr/bin/python3 tests/reference/attribution/make-methods.py   (torch 1.13, numpy)
"""
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

OUT = Path(__file__).parents[2] / 'fixtures' / 'attribution'
SIZE, CLASSES, TARGET = 24, 4, 2
torch.manual_seed(5)
torch.use_deterministic_algorithms(True)


class Net(torch.nn.Module):
    """The head has a hidden layer, so that Grad-CAM and HiResCAM differ; the layer's activations have both signs."""

    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv2d(3, 6, 3, padding=1)
        self.layer = torch.nn.Conv2d(6, 10, 3, stride=2, padding=1)
        self.third = torch.nn.Conv2d(10, 8, 3, padding=1)
        self.hidden = torch.nn.Linear(8 * 4, 16)
        self.last = torch.nn.Linear(16, CLASSES)

    def forward(self, x):
        x = torch.tanh(self.first(x))
        x = self.layer(x)
        x = torch.tanh(self.third(x))
        x = F.avg_pool2d(x, 6).flatten(1)
        return self.last(torch.sigmoid(self.hidden(x)) * 3)


def uniforms(seed):
    state = seed & 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((state ^ (state >> 15)) * (state | 1)) & 0xFFFFFFFF
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        yield ((t ^ (t >> 14)) & 0xFFFFFFFF) / 4294967296


def normals(seed):
    source = uniforms(seed)
    while True:
        radius = math.sqrt(-2 * math.log(1 - next(source)))
        angle = 2 * math.pi * next(source)
        yield radius * math.cos(angle)
        yield radius * math.sin(angle)


net = Net().eval()
for parameter in net.parameters():
    parameter.data *= 2
image = torch.from_numpy(np.random.default_rng(3).uniform(-1, 1, (1, 3, SIZE, SIZE)).astype(np.float32))
black = torch.full_like(image, -1)
kept = {}
net.layer.register_forward_hook(lambda module, inputs, output: kept.update(a=output))


def score(x):
    return net(x)[:, TARGET]


def at_layer(x=image):
    out = score(x)
    gradient, = torch.autograd.grad(out.sum(), kept['a'])
    return kept['a'].detach()[0].double().numpy(), gradient[0].double().numpy()


def input_gradient(x):
    x = x.clone().requires_grad_(True)
    gradient, = torch.autograd.grad(score(x).sum(), x)
    return gradient.detach()


A, G = at_layer()
relu = lambda m: np.maximum(m, 0)
maps = {}
maps['gradcam'] = relu(np.tensordot(G.mean((1, 2)), A, 1))
maps['hirescam'] = relu((A * G).sum(0))
alpha = G ** 2 / (2 * G ** 2 + A.sum((1, 2), keepdims=True) * G ** 3 + 1e-6)
maps['gradcampp'] = relu(np.tensordot((alpha * relu(G)).sum((1, 2)), A, 1))
maps['xgradcam'] = relu(np.tensordot((A * G).sum((1, 2)) / A.sum((1, 2)), A, 1))
maps['layercam'] = relu((relu(G) * A).sum(0))


def first_component(M):
    matrix = M.reshape(len(M), -1).T
    u, s, v = np.linalg.svd(matrix, full_matrices=False)
    projection = matrix @ v[0]
    if projection.sum() * matrix.sum() < 0:
        projection = -projection
    return relu(projection.reshape(M.shape[1:]))


maps['eigencam'] = first_component(A)
maps['eigengradcam'] = first_component(A * G)

# Eigen smoothing: the weighted channels' first component instead of their sum. Augmentation: mirrored, 10 % darker and brighter as seen from black.
maps['gradcam/eigen'] = first_component(G.mean((1, 2))[:, None, None] * A)
maps['layercam/eigen'] = first_component(relu(G) * A)
views = [(flip, factor) for flip in (False, True) for factor in (1, 0.9, 1.1)]
smoothed = {'gradcam/both': 0, 'hirescam/flip': 0}
for flip, factor in views:
    view = black + factor * (image - black)
    a, g = at_layer(view.flip(3) if flip else view)
    back = (lambda m: m[:, ::-1]) if flip else (lambda m: m)
    smoothed['gradcam/both'] += back(relu(np.tensordot(g.mean((1, 2)), a, 1))) / 6
    if factor == 1:
        smoothed['hirescam/flip'] += back(relu((a * g).sum(0))) / 2
maps.update(smoothed)

with torch.no_grad():
    scores = []
    for channel in A:
        up = F.interpolate(torch.from_numpy(channel)[None, None].float(), (SIZE, SIZE), mode='bilinear', align_corners=False)
        mask = (up - up.min()) / (up.max() - up.min())
        scores.append(score(black + mask * (image - black)).item())
    maps['scorecam'] = relu(np.tensordot(torch.softmax(torch.tensor(scores).double(), 0).numpy(), A, 1))

    base = score(image).item()
    falls = []
    for channel in range(len(A)):
        def ablate(module, inputs, output, channel=channel):
            output = output.clone()
            output[:, channel] = 0
            return output
        hook = net.layer.register_forward_hook(ablate)
        falls.append((base - score(image).item()) / abs(base))
        hook.remove()
    maps['ablationcam'] = relu(np.tensordot(np.array(falls), A, 1))

nodes, weights = np.polynomial.legendre.leggauss(50)
for name, baseline in [('integrated-gradients', black), ('integrated-gradients/mean', image.mean((2, 3), keepdim=True).expand_as(image))]:
    total = sum(w / 2 * input_gradient(baseline + (x + 1) / 2 * (image - baseline)).double() for x, w in zip(nodes, weights))
    maps[name] = (total * (image - baseline))[0].sum(0).numpy()
maps['gradient-x-input'] = (input_gradient(image) * (image - black))[0].sum(0).numpy()

noise = normals(9)
sigma = 0.15 * (image.max() - image.min()).item()
total = 0
for _ in range(12):
    sample = image + sigma * torch.tensor([next(noise) for _ in range(image.numel())]).reshape(image.shape)
    total = total + input_gradient(sample)
maps['smoothgrad'] = (total / 12)[0].sum(0).numpy()

with torch.no_grad():
    fill = image.mean((2, 3), keepdim=True)
    starts = [0, 5, 10, 15, 17]
    fall, count = np.zeros((SIZE, SIZE)), np.zeros((SIZE, SIZE))
    for top in starts:
        for left in starts:
            covered = image.clone()
            covered[:, :, top:top + 7, left:left + 7] = fill
            fall[top:top + 7, left:left + 7] += base - score(covered).item()
            count[top:top + 7, left:left + 7] += 1
    maps['occlusion'] = fall / count

    draw = uniforms(4)
    cells, keep, n = 5, 0.4, 60
    cell = math.ceil(SIZE / cells)
    masks, scores = [], []
    for _ in range(n):
        grid = torch.tensor([1.0 if next(draw) < keep else 0.0 for _ in range((cells + 1) ** 2)]).reshape(1, 1, cells + 1, cells + 1)
        large = F.interpolate(grid, ((cells + 1) * cell,) * 2, mode='bilinear', align_corners=False)
        top, left = math.floor(next(draw) * cell), math.floor(next(draw) * cell)
        mask = large[:, :, top:top + SIZE, left:left + SIZE]
        masks.append(mask[0, 0].double().numpy())
        scores.append(score(black + mask * (image - black)).item())
    centred = np.array(scores) - np.mean(scores)
    maps['rise'] = sum(c * m for c, m in zip(centred, masks)) / (n * keep)

OUT.mkdir(parents=True, exist_ok=True)
torch.onnx.export(net, image, OUT / 'small.onnx', opset_version=13, input_names=['image'], output_names=['logits'], dynamic_axes={'image': {0: 'batch'}, 'logits': {0: 'batch'}})
short = lambda array: [float(f'{value:.7g}') for value in np.asarray(array, np.float64).ravel()]
fixture = {
    'size': SIZE, 'target': TARGET, 'layer': '/layer/Conv_output_0', 'logits': short(net(image).detach()), 'input': short(image),
    'parameters': {
        'gradcam/eigen': {'eigen': 'on'}, 'layercam/eigen': {'eigen': 'on'}, 'gradcam/both': {'augmentation': 'both'}, 'hirescam/flip': {'augmentation': 'flip'},
        'integrated-gradients/mean': {'baseline': 'mean'}, 'smoothgrad': {'samples': 12, 'noise': 0.15, 'seed': 9},
        'occlusion': {'size': 7, 'stride': 5, 'fill': 'mean'}, 'rise': {'masks': n, 'cells': cells, 'keep': keep, 'seed': 4},
    },
    'maps': {name: {'grid': list(np.shape(m)), 'values': short(m)} for name, m in maps.items()},
}
(OUT / 'methods.json').write_text(json.dumps(fixture))
for name, m in maps.items():
    print(f'{name:28s} {np.shape(m)} {np.min(m):+.4g} … {np.max(m):+.4g}')
