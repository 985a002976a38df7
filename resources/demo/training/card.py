"""Writes CARD.md: what the demo's model is, how it was made, and what was measured."""

from pathlib import Path

from measures import wilson

TEMPLATE = """# Demo model and studies

**Not for medical use.** The studies are drawn by a program, the model learnt from such drawings alone and knows nothing of real
radiographs. They exist so that every part of RightReason can be tried at once, offline and without anybody's data.

## Model

| | |
|---|---|
| file | `demo-cnn.onnx` ({bytes} bytes, SHA-256 `{sha256}`), ONNX opset {opset}, dynamic batch |
| task | `no finding` or `consolidation` on a phantom frontal chest radiograph |
| network | residual CNN, {parameters} parameters, one channel 128×128, last grid 8×8, global average pooling, one linear layer |
| input | displayed luminance (file's first window, inversion applied), squashed to 128×128, bilinear with antialias; see `demo-cnn.profile.json`, also in the file's metadata |
| trained on | {train_count} images of generator seed {train_seed}, {epochs} epochs, training seed {seed}, PyTorch {torch} on the CPU |

## Measured at threshold {threshold}

| | held-out test (seed {test_seed}) | bundled studies (seed {bundled_seed}) |
|---|---|---|
{rows}

In brackets: 95 % Wilson intervals. The three series share no subject. The training series was kept small on
purpose, knowing the test's figures (3200 images gave an AUC of 0.997 and one error among the bundled studies): a demo needs errors to review.

## Data

Every image is a simulated exposure: ray lengths through soft tissue, lungs, heart, vessels and bone, Beer and Lambert's law, scatter,
quantum noise, detector blur, a vendor's contrast processing. A positive study has one consolidation, in one of six zones, segmental or
lobar, from faint to dense. Site, scanner, view, sex, age, exposure, laterality marker, tubes and incidental findings are drawn without
regard to the label (`generator/configuration.ts`); they are columns of `labels.csv` or fields of the header. Names, institutions,
makers and dates are invented.

## Limits

- The phantom has one disease, one per study, and far less variety than people have. Accuracy here says nothing of accuracy anywhere else.
- The faintest consolidations cannot be told from overlapping shadows: some errors are the data's.
- The last grid has 8×8 cells: a map of it places evidence to about 5 cm, and is not a segmentation.

## Made by

```
node resources/demo/generator/main.ts studies --out resources/demo --seed {bundled_seed} --count {bundled_count}
sh resources/demo/training/train.sh
```
"""


def row(name: str, key: str, series: list) -> str:
    cells = []
    for measures in series:
        right, total = measures[key]
        low, high = wilson(right, total)
        cells.append(f"{right} of {total} = {right / total:.3f} ({low:.3f}–{high:.3f})")
    return f"| {name} | " + " | ".join(cells) + " |"


def write_card(path: Path, facts: dict, test: dict, bundled: dict) -> None:
    series = [test, bundled]
    rows = [row(name, name, series) for name in ("accuracy", "sensitivity", "specificity")]
    rows.append(f"| AUC | {test['auc']:.3f} | {bundled['auc']:.3f} |")
    path.write_text(TEMPLATE.format(rows="\n".join(rows), **facts), encoding="utf-8")
