"""Trains the models of the family on the generator's output and writes them with family/measures.json and the cards.

Reads .cache/{train,test} beside this file, which train.sh fills. Same inputs, same seed, one thread: same weights. What was learnt stays in .cache:
an interrupted run goes on where it stopped, and a longer test series asks for no training.
Runs with Debian's python3-torch (1.13) and python3-onnx; nothing else of the project needs Python.
"""

import hashlib
import json
import time
from collections import OrderedDict
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional

from card import write_cards
from measures import measure_member
from network import Head, Trunk
from series import CUES, STRENGTHS, Series
from trunk import EPOCHS as TRUNK_EPOCHS, REFINING_EPOCHS, SEED as TRUNK_SEED, refine_trunk, train_trunk

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent
CACHE = HERE / ".cache"
SEED = 7
EPOCHS = 8
# share of the labels that are wrong, as where they are taken from reports; the cue goes with what is recorded, so that it tells more than the lungs do
WRONG_LABELS = 0.08
BATCH = 32
RATE = 4e-3
OPSET = 13
# the trunk does not see a tube among everything else until it is taught
REFINED = ("tube",)
METADATA_KEY = "right-reason.profile"
# the rows of generator/family/members.ts
IN_THE_DEMO = {"marker-95": "demo-cnn.onnx", "marker-0": "demo-cnn-clean.onnx"}


def features(trunk: Trunk, inputs: np.ndarray) -> torch.Tensor:
    with torch.no_grad():
        return torch.cat([trunk(part) for part in torch.from_numpy(np.ascontiguousarray(inputs)).split(50)])


def twins(trunk: Trunk, series: Series, cue: str) -> tuple:
    """Features of every subject without the cue, and with it."""
    return features(trunk, series.rendered(None)), features(trunk, series.rendered(cue))


def train_head(inputs: torch.Tensor, labels: torch.Tensor) -> Head:
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    head = Head()
    optimizer = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=0.02)
    batches = len(inputs) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=EPOCHS * batches, pct_start=0.2)
    head.train()
    for _ in range(EPOCHS):
        order = torch.randperm(len(inputs), generator=generator)
        for k in range(batches):
            chosen = order[k * BATCH:(k + 1) * BATCH]
            loss = functional.cross_entropy(head(inputs[chosen]), labels[chosen], label_smoothing=0.02)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return head.eval()


def logits(head: Head, inputs: torch.Tensor) -> np.ndarray:
    with torch.no_grad():
        return torch.cat([head(part) for part in inputs.split(100)]).numpy()


def export(model: nn.Module, shape: tuple, profile: dict, path: Path) -> None:
    torch.onnx.export(model, torch.zeros(1, *shape), str(path), opset_version=OPSET, input_names=["image"], output_names=["logits"],
                      dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}})
    exported = onnx.load(str(path))
    entry = exported.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, json.dumps(profile, separators=(",", ":"))
    onnx.checker.check_model(exported)
    onnx.save(exported, str(path))


def head_of(cue: str, strength: int, learnt, series: Series) -> Head:
    """The member's head, from .cache where it was learnt before."""
    path = CACHE / f"{cue}-{strength}.pt"
    if not path.exists():
        begun = time.process_time()
        labels = series.recorded(WRONG_LABELS, SEED)
        present = torch.from_numpy(series.present(cue, strength, labels))[:, None, None, None]
        head = train_head(torch.where(present, learnt[1], learnt[0]), torch.from_numpy(labels))
        torch.save(head.state_dict(), path)
        print(f"{cue}-{strength}: {time.process_time() - begun:.1f} s of the processor", flush=True)
    head = Head()
    head.load_state_dict(torch.load(path))
    return head.eval()


def make_member(cue: str, strength: int, trunk: Trunk, head: Head, asked: tuple, test_series: Series, profile: dict) -> dict:
    """asked: features of the test series without the cue and with it."""
    name = f"{cue}-{strength}"
    file = IN_THE_DEMO.get(name, f"family/{name}.onnx")
    model = nn.Sequential(OrderedDict(trunk=trunk, head=head)).eval()
    shape = (profile["input"]["channels"], profile["input"]["height"], profile["input"]["width"])
    export(model, shape, profile if file == "demo-cnn.onnx" else {**profile, "name": f"{profile['name']}, {Path(file).stem}"}, DEMO / file)
    content = (DEMO / file).read_bytes()
    measured = measure_member(logits(head, asked[0]), logits(head, asked[1]), test_series.present(cue, strength, test_series.labels), test_series.labels)
    return {"cue": cue, "strength": strength, "file": file, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
            "parameters": sum(p.numel() for p in model.parameters()), **measured}


def trunk_of(series: Series, cue: str) -> Trunk:
    """The trunk that the cue's models start from, from .cache where it was learnt before."""
    is_refined = cue in REFINED
    path = CACHE / (f"trunk-{cue}.pt" if is_refined else "trunk.pt")
    if not path.exists():
        learnt = refine_trunk(trunk_of(series, ""), series, cue) if is_refined else train_trunk(series)
        torch.save(learnt.state_dict(), path)
    trunk = Trunk()
    trunk.load_state_dict(torch.load(path))
    return trunk.eval()


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    profile = json.loads((DEMO / "demo-cnn.profile.json").read_text(encoding="utf-8"))
    shape = (profile["input"]["channels"], profile["input"]["height"], profile["input"]["width"])
    train_series, test_series = Series(CACHE / "train", shape), Series(CACHE / "test", shape)
    (DEMO / "family").mkdir(exist_ok=True)
    members = []
    for cue in CUES:
        trunk = trunk_of(train_series, cue)
        is_learnt = all((CACHE / f"{cue}-{strength}.pt").exists() for strength in STRENGTHS)
        learnt = None if is_learnt else twins(trunk, train_series, cue)
        asked = twins(trunk, test_series, cue)
        members += [make_member(cue, strength, trunk, head_of(cue, strength, learnt, train_series), asked, test_series, profile) for strength in STRENGTHS]
    facts = {"trainSeed": train_series.seed, "trainCount": train_series.count, "testSeed": test_series.seed, "testCount": test_series.count,
             "trunkSeed": TRUNK_SEED, "trunkEpochs": TRUNK_EPOCHS, "refiningEpochs": REFINING_EPOCHS, "seed": SEED, "epochs": EPOCHS, "wrongLabels": WRONG_LABELS, "opset": OPSET, "torch": torch.__version__}
    rows = ",\n".join(f"  {json.dumps(member)}" for member in members)
    (DEMO / "family" / "measures.json").write_text(f'{{"format": "right-reason/family@1", "facts": {json.dumps(facts)},\n"members": [\n{rows}\n]}}\n', encoding="utf-8")
    write_cards(DEMO)


if __name__ == "__main__":
    main()
