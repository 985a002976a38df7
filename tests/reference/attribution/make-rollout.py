"""Writes tests/fixtures/attribution/rollout.json: attention rollout of the small vision transformers of tests/fixtures/onnx/networks.

Attention weights are taken by hooks from the PyTorch modules, apart from the program's own code; the rollout is the full product of the
paper (Abnar and Zuidema 2020, eq. 1), in float64.
Run: /usr/bin/python3 tests/reference/attribution/make-rollout.py   (torch 1.13, torchvision 0.14, numpy)
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'autodiff'))
from networks import FIXTURES, SEED, Attention, randomised  # noqa: E402

NETWORKS = ['vit_small', 'vit_small_17', 'timm_vit_small', 'timm_deit_small', 'timm_vit_avg_small']
SETTINGS = [{}, {'heads': 'max'}, {'heads': 'min', 'discard': 0.5}, {'readout': 'patches'}]
STORED = HERE.parents[1] / 'fixtures' / 'onnx' / 'networks'


def attention_weights(model, x):
    kept = []

    def timm(module, inputs, _output):
        x, = inputs
        b, n, c = x.shape
        q, k, _v = module.qkv(x).reshape(b, n, 3, module.heads, c // module.heads).permute(2, 0, 3, 1, 4).unbind(0)
        kept.append(((q * module.scale) @ k.transpose(-2, -1)).softmax(-1)[0].detach())

    for module in model.modules():
        if isinstance(module, Attention):
            module.register_forward_hook(timm)
        if isinstance(module, torch.nn.MultiheadAttention):
            def told(query, key, value, need_weights=False, forward=module.forward):
                output, weights = forward(query, key, value, need_weights=True, average_attn_weights=False)
                kept.append(weights[0].detach())
                return output, None
            module.forward = told
    with torch.no_grad():
        logits = model(x)
    return logits[0], [weights.double().numpy() for weights in kept]


def rollout(weights, extra, heads='mean', discard=0.0, readout='class-token'):
    count = weights[0].shape[-1]
    joint = np.eye(count)
    for layer in weights:
        fused = {'mean': np.mean, 'max': np.max, 'min': np.min}[heads](layer, axis=0)
        flat = fused.ravel().copy()
        flat[np.argsort(flat, kind='stable')[:int(discard * flat.size)]] = 0
        mixed = flat.reshape(fused.shape) + np.eye(count)
        joint = (mixed / mixed.sum(-1, keepdims=True)) @ joint
    row = joint[0] if readout == 'class-token' and extra else joint[extra:].mean(0)
    return row[extra:]


result = {}
for name in NETWORKS:
    constructor, shape, *_ = FIXTURES[name]
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    model = randomised(constructor())
    stored = json.loads((STORED / f'{name}.json').read_text())
    arrays = {}
    for entry in stored['arrays']:
        arrays[entry['name']] = np.frombuffer((STORED / f'{name}.bin').read_bytes(), entry['type'], int(np.prod(entry['shape'])), entry['offset']).reshape(entry['shape'])
    x = torch.from_numpy(arrays['input'][:1].copy())
    logits, weights = attention_weights(model, x)
    assert np.allclose(logits.numpy(), arrays['logits'][0], atol=1e-4), f'{name}: these are not the weights of the stored network'
    extra = weights[0].shape[-1] - 16
    result[name] = [{'parameters': settings, 'grid': [4, 4], 'attentions': len(weights), 'values': [float(f'{value:.7g}') for value in rollout(weights, extra, **settings)]} for settings in SETTINGS]
    print(name, weights[0].shape, len(weights), result[name][0]['values'][:4])
(HERE.parents[1] / 'fixtures' / 'attribution' / 'rollout.json').write_text(json.dumps(result))
