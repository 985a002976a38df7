"""Trains the demo's model on the generator's output and writes demo-cnn.onnx and CARD.md.

Reads .cache/{train,test,bundled} beside this file, which train.sh fills. Same inputs, same seed, one thread: same weights.
Runs with Debian's python3-torch (1.13) and python3-onnx; nothing else of the project needs Python.
"""

import hashlib
import json
import time
from pathlib import Path

import numpy as np
import onnx
import torch
from torch.nn import functional

from card import write_card
from measures import measure
from network import DemoCnn

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent
CACHE = HERE / ".cache"
SEED = 7
EPOCHS = 16
BATCH = 64
RATE = 3e-3
OPSET = 13
METADATA_KEY = "right-reason.profile"


def load(name: str, shape: tuple):
    """Inputs [count, 1, height, width] and labels [count] of a series, with its facts."""
    folder = CACHE / name
    series = json.loads((folder / "series.json").read_text())
    shards = range(series["shards"])
    inputs = np.concatenate([np.fromfile(folder / f"inputs-{k}.f32", "<f4") for k in shards]).reshape(-1, *shape)
    labels = np.concatenate([np.fromfile(folder / f"labels-{k}.u8", np.uint8) for k in shards]).astype(np.int64)
    assert len(inputs) == len(labels) == series["count"], f"{folder} is incomplete: run train.sh again"
    return torch.from_numpy(inputs), torch.from_numpy(labels), series


def augment(batch: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """A shift of up to six pixels, contrast and brightness, a little noise. No mirroring: the heart has a side."""
    padded = functional.pad(batch, (6, 6, 6, 6), mode="replicate")
    moved = torch.empty_like(batch)
    for k, (down, right) in enumerate(torch.randint(0, 13, (len(batch), 2), generator=generator).tolist()):
        moved[k] = padded[k, :, down:down + batch.shape[2], right:right + batch.shape[3]]
    gain = 1 + 0.12 * torch.randn(len(batch), 1, 1, 1, generator=generator)
    shift = 0.12 * torch.randn(len(batch), 1, 1, 1, generator=generator)
    return moved * gain + shift + 0.03 * torch.randn(batch.shape, generator=generator)


def train(inputs: torch.Tensor, labels: torch.Tensor) -> DemoCnn:
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    model = DemoCnn()
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.02)
    steps = EPOCHS * (len(inputs) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.2)
    for epoch in range(EPOCHS):
        begun = time.monotonic()
        model.train()
        total = 0.0
        order = torch.randperm(len(inputs), generator=generator)
        for k in range(len(inputs) // BATCH):
            chosen = order[k * BATCH:(k + 1) * BATCH]
            loss = functional.cross_entropy(model(augment(inputs[chosen], generator)), labels[chosen], label_smoothing=0.03)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += float(loss)
        print(f"epoch {epoch + 1}/{EPOCHS}: loss {total / (len(inputs) // BATCH):.4f}, {time.monotonic() - begun:.1f} s", flush=True)
    return model.eval()


def probabilities(model: DemoCnn, inputs: torch.Tensor, positive: int) -> np.ndarray:
    with torch.no_grad():
        return torch.cat([model(part).softmax(1)[:, positive] for part in inputs.split(100)]).numpy()


def export(model: DemoCnn, shape: tuple, profile: str, path: Path) -> None:
    torch.onnx.export(model, torch.zeros(1, *shape), str(path), opset_version=OPSET, input_names=["image"], output_names=["logits"],
                      dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}})
    exported = onnx.load(str(path))
    entry = exported.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, profile
    onnx.checker.check_model(exported)
    onnx.save(exported, str(path))


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    profile_text = (DEMO / "demo-cnn.profile.json").read_text(encoding="utf-8")
    profile = json.loads(profile_text)
    shape = (profile["input"]["channels"], profile["input"]["height"], profile["input"]["width"])
    positive, threshold = profile["output"]["positiveClass"], profile["output"]["threshold"]
    inputs, labels, series = load("train", shape)
    model = train(inputs, labels)

    test_inputs, test_labels, test_series = load("test", shape)
    bundled_inputs, bundled_labels, bundled_series = load("bundled", shape)
    test = measure(probabilities(model, test_inputs, positive), test_labels.numpy(), threshold)
    bundled = measure(probabilities(model, bundled_inputs, positive), bundled_labels.numpy(), threshold)
    print("test", test, "\nbundled", bundled)

    path = DEMO / "demo-cnn.onnx"
    export(model, shape, json.dumps(profile, separators=(",", ":")), path)
    content = path.read_bytes()
    write_card(DEMO / "CARD.md", {
        "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "opset": OPSET, "threshold": threshold,
        "parameters": sum(p.numel() for p in model.parameters()), "epochs": EPOCHS, "seed": SEED, "torch": torch.__version__,
        "train_count": series["count"], "train_seed": series["seed"], "test_seed": test_series["seed"],
        "bundled_seed": bundled_series["seed"], "bundled_count": bundled_series["count"],
    }, test, bundled)


if __name__ == "__main__":
    main()
