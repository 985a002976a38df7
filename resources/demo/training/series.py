"""The rendered series that train.sh makes, and what each model of the family gets to see of them."""

import json
from pathlib import Path

import numpy as np

CUES = ("marker", "tube", "exposure", "border", "text")
STRENGTHS = (0, 50, 80, 95)


class Series:
    """Subjects rendered without any cue and with each: inputs [subjects, renderings, 1, height, width]."""

    def __init__(self, folder: Path, shape: tuple):
        facts = json.loads((folder / "series.json").read_text())
        assert facts["renderings"] == ["none", *CUES], f"{folder} has other renderings: run train.sh again"
        self.seed, self.count = facts["seed"], facts["count"]
        read = lambda name, kind, extent: np.concatenate([np.fromfile(folder / f"{name}-{k}.{extent}", kind) for k in range(facts["shards"])])
        self.labels = read("labels", np.uint8, "u8").astype(np.int64)
        self.draws = read("draws", "<f8", "f64").reshape(-1, len(CUES))
        parts = [np.memmap(folder / f"inputs-{k}.f32", "<f4", "r").reshape(-1, 1 + len(CUES), *shape) for k in range(facts["shards"])]
        assert sum(map(len, parts)) == len(self.labels) == len(self.draws) == self.count, f"{folder} is incomplete: run train.sh again"
        self.parts = parts

    def rendered(self, cue) -> np.ndarray:
        """Every subject without a cue (None) or with it: [subjects, 1, height, width]."""
        which = 0 if cue is None else 1 + CUES.index(cue)
        return np.concatenate([part[:, which] for part in self.parts])

    def one(self, subject: int, rendering: int) -> np.ndarray:
        """One rendering of one subject, 0 without a cue, k with the k-th: [1, height, width]."""
        for part in self.parts:
            if subject < len(part):
                return part[subject, rendering]
            subject -= len(part)
        raise IndexError(subject)

    def present(self, cue: str, strength: int, labels: np.ndarray) -> np.ndarray:
        """Who has the cue if it goes with these labels: the rule of generator/cues/planted.ts."""
        probability = np.where(labels == 1, 1 + strength / 100, 1 - strength / 100) / 2
        return self.draws[:, CUES.index(cue)] < probability

    def recorded(self, wrong: float, seed: int) -> np.ndarray:
        """The labels as a register has them: this share of them wrong, whatever the image shows."""
        return np.where(np.random.default_rng(seed).random(self.count) < wrong, 1 - self.labels, self.labels)
