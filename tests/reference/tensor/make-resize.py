"""Writes tests/fixtures/tensor/resize.json: Pillow's own resampling of mode F images, with and without antialias.

Run: /usr/bin/python3 tests/reference/tensor/make-resize.py   (Pillow 9.4, torch 1.13, numpy)
Without antialias Pillow has no switch; there the reference is torch.nn.functional.interpolate (bilinear, align_corners=False).
"""
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

FILTERS = {'nearest': Image.NEAREST, 'bilinear': Image.BILINEAR, 'bicubic': Image.BICUBIC, 'lanczos': Image.LANCZOS}
random = np.random.default_rng(7)
source = (random.random((13, 17)) * 255).astype(np.float32)
image = Image.fromarray(source, mode='F')
cases = []
for name, flag in FILTERS.items():
    for width, height in [(17, 13), (7, 5), (23, 31), (5, 20), (1, 1)]:
        cases.append({'filter': name, 'antialias': True, 'width': width, 'height': height, 'box': None,
                      'values': np.asarray(image.resize((width, height), flag)).ravel().tolist()})
    box = (2.5, 1.25, 14.75, 11.5)
    cases.append({'filter': name, 'antialias': True, 'width': 6, 'height': 4, 'box': box,
                  'values': np.asarray(image.resize((6, 4), flag, box=box)).ravel().tolist()})
tensor = torch.from_numpy(source)[None, None]
for width, height in [(7, 5), (23, 31)]:
    values = torch.nn.functional.interpolate(tensor, size=(height, width), mode='bilinear', align_corners=False)
    cases.append({'filter': 'bilinear', 'antialias': False, 'width': width, 'height': height, 'box': None, 'values': values.numpy().ravel().tolist()})
out = Path(__file__).parents[2] / 'fixtures' / 'tensor' / 'resize.json'
out.write_text(json.dumps({'width': 17, 'height': 13, 'source': source.ravel().tolist(), 'cases': cases}))
print(out, len(cases), 'cases')
