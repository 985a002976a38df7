"""The common start of the family: a trunk that has learnt to see the disease and each of the cues, from studies in which none tells of another.

A model of the family then learns its own last block from its own studies. That is how models are made in practice, from a network that has
already seen much; and what a model relies on is decided by its own studies alone.
"""

import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from network import Head, Trunk
from series import CUES, Series

SEED = 5
EPOCHS = 18
BATCH = 32
RATE = 4e-3
SHIFT = 3


def augment(batch: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """A shift of a few pixels, a little contrast, brightness and noise. No mirroring: the heart has a side."""
    height, width = batch.shape[2:]
    padded = functional.pad(batch, (SHIFT,) * 4, mode="replicate")
    moved = torch.empty_like(batch)
    for k, (down, right) in enumerate(torch.randint(0, 2 * SHIFT + 1, (len(batch), 2), generator=generator).tolist()):
        moved[k] = padded[k, :, down:down + height, right:right + width]
    gain = 1 + 0.06 * torch.randn(len(batch), 1, 1, 1, generator=generator)
    shift = 0.06 * torch.randn(len(batch), 1, 1, 1, generator=generator)
    return moved * gain + shift + 0.03 * torch.randn(batch.shape, generator=generator)


def train_trunk(series: Series) -> Trunk:
    """Each epoch draws one rendering of every subject; the targets are the disease and, a sigmoid each, the cues."""
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    trunk, head = Trunk(), Head(2 + len(CUES))
    model = nn.Sequential(trunk, head).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.02)
    batches = series.count // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=EPOCHS * batches, pct_start=0.2)
    labels = torch.from_numpy(series.labels)
    for epoch in range(EPOCHS):
        begun = time.process_time()
        model.train()
        total = 0.0
        order = torch.randperm(series.count, generator=generator)
        renderings = torch.randint(0, 1 + len(CUES), (series.count,), generator=generator)
        cues = functional.one_hot(renderings, 1 + len(CUES))[:, 1:].float()
        for k in range(batches):
            chosen = order[k * BATCH:(k + 1) * BATCH]
            inputs = torch.from_numpy(np.stack([series.one(int(i), int(renderings[i])) for i in chosen]))
            outputs = model(augment(inputs, generator).contiguous(memory_format=torch.channels_last))
            disease = functional.cross_entropy(outputs[:, :2], labels[chosen], label_smoothing=0.02)
            loss = disease + 0.5 * functional.binary_cross_entropy_with_logits(outputs[:, 2:], cues[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += float(disease)
        print(f"trunk, epoch {epoch + 1}/{EPOCHS}: loss of the disease {total / batches:.4f}, {time.process_time() - begun:.1f} s of the processor", flush=True)
    return trunk.eval()
