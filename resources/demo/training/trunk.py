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
REFINING_EPOCHS = 7
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
    return learn(Trunk(), series, range(1 + len(CUES)), EPOCHS, 0.5)


def refine_trunk(trunk: Trunk, series: Series, cue: str) -> Trunk:
    """The trunk, taught further where it has missed a cue among the others: that cue is in half of the renderings, and counts as much as the disease."""
    return learn(trunk, series, (0, 1 + CUES.index(cue)), REFINING_EPOCHS, len(CUES))


def learn(trunk: Trunk, series: Series, choices, epochs: int, weight: float) -> Trunk:
    """Each epoch draws one of these renderings of every subject; the targets are the disease and, a sigmoid each, the cues."""
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    model = nn.Sequential(trunk, Head(2 + len(CUES))).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.02)
    batches = series.count // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=epochs * batches, pct_start=0.2)
    labels = torch.from_numpy(series.labels)
    choices = torch.tensor(choices)
    for epoch in range(epochs):
        begun = time.process_time()
        model.train()
        total = total_cues = 0.0
        order = torch.randperm(series.count, generator=generator)
        renderings = choices[torch.randint(0, len(choices), (series.count,), generator=generator)]
        cues = functional.one_hot(renderings, 1 + len(CUES))[:, 1:].float()
        for k in range(batches):
            chosen = order[k * BATCH:(k + 1) * BATCH]
            inputs = torch.from_numpy(np.stack([series.one(int(i), int(renderings[i])) for i in chosen]))
            outputs = model(augment(inputs, generator).contiguous(memory_format=torch.channels_last))
            disease = functional.cross_entropy(outputs[:, :2], labels[chosen], label_smoothing=0.02)
            seen = functional.binary_cross_entropy_with_logits(outputs[:, 2:], cues[chosen])
            loss = disease + weight * seen
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += float(disease)
            total_cues += float(seen)
        print(f"trunk, epoch {epoch + 1}/{epochs}: loss of the disease {total / batches:.4f}, of the cues {total_cues / batches:.4f}, {time.process_time() - begun:.1f} s of the processor", flush=True)
    return trunk.eval().to(memory_format=torch.contiguous_format)
