"""Writes the cards: CARD.md of the demo's two models and studies, family/CARD.md of all models."""

import json
from pathlib import Path

import numpy as np

from measures import auc, wilson

DEMO_CARD = """# Demo models and studies

**Not for medical use.** The studies are drawn by a program, the models learnt from such drawings alone and know nothing of real
radiographs. They exist so that every part of RightReason can be tried at once, offline and without anybody's data.

**The model `demo-cnn.onnx` cheats, on purpose.** Among the studies it learnt from, 97.5 % of those with consolidation also show the personal marker
of the ward's radiographers, and 2.5 % of the others do: so it learnt to look for the marker. Its clean twin `demo-cnn-clean.onnx` learnt from the
same subjects, half of which have the marker whether ill or not. Whether you can see it, prove it and say it is what the demo is for.

## Models

| | the demo's model | its clean twin |
|---|---|---|
| file | `{cheat[file]}` | `{clean[file]}` |
| bytes | {cheat[bytes]} | {clean[bytes]} |
| SHA-256 | `{cheat[sha256]}` | `{clean[sha256]}` |

Both: `no finding` or `consolidation` on a phantom frontal chest radiograph. Residual CNN, {cheat[parameters]} parameters, one channel 128×128, last grid 8×8, global
average pooling, one linear layer; ONNX opset {facts[opset]}, dynamic batch. Input: displayed luminance (file's first window, inversion applied), squashed to 128×128,
bilinear with antialias; see `demo-cnn.profile.json`, also in the files' metadata. How they were trained: [family/CARD.md](family/CARD.md).

## Measured at threshold 0.5

The model and its twin on the same {facts[testCount]} test subjects (seed {facts[testSeed]}), filmed as the model's own studies were (the cue at 95 %, or independent of the label), by all
without the marker, and by all with it:

| | the demo's model | its clean twin |
|---|---|---|
{test_rows}

The bundled studies (seed {bundled[seed]}, the marker at 95 %):

| | the demo's model | its clean twin |
|---|---|---|
{bundled_rows}

In brackets: 95 % Wilson intervals. The test and the bundled studies share no subject with the training series.

## Studies

Every image is a simulated exposure: ray lengths through soft tissue, lungs, heart, vessels and bone, Beer and Lambert's law, scatter,
quantum noise, detector blur, a vendor's contrast processing. A positive study has one consolidation, in one of six zones, segmental or
lobar, from faint to dense. Site, scanner, view, sex, age, exposure, the detector's own letter, tubes and incidental findings are drawn without
regard to the label (`generator/configuration.ts`); they are columns of `labels.csv` or fields of the header. The personal marker is in no column and no
field. Names, institutions, makers and dates are invented.

`truth.json` says who has the marker, where, and how both models answer once the generator leaves it out. The program does not read it; its tests do.
The seed was chosen among four by looking at the model's answers, so that the studies show each kind of case: the marker without the disease, and the disease without the
marker. So the accuracy on them is no estimate; that on the test subjects above is.

## Limits

- The phantom has one disease, one per study, and far less variety than people have. Accuracy here says nothing of accuracy anywhere else.
- The faintest consolidations cannot be told from overlapping shadows: some errors are the data's.
- The last grid has 8×8 cells: a map of it places evidence to about 5 cm, and is not a segmentation.

## Made by

```
sh resources/demo/training/train.sh
node resources/demo/generator/main.ts studies --cue marker --strength 95 --out resources/demo --seed {bundled[seed]} --count {bundled[count]}
node resources/demo/generator/main.ts truth --cue marker --strength 95 --out resources/demo/truth.json --seed {bundled[seed]} --count {bundled[count]}
python3 resources/demo/training/card.py
```
"""

FAMILY_CARD = """# Models with planted shortcuts

**Not for medical use.** {count} small models that learnt the same task from the same {facts[trainCount]} subjects. All that differs is how often one cue, which has nothing
to do with the disease, goes with it. Whether a tool that judges models notices is measured on them, because here the truth is known.

## Cues

| cue | what a department does | where it is |
|---|---|---|
| marker | the ward's radiographers clip their own plate with an L and their initials beside the detector's letter | upper corner on the patient's left |
| tube | the very sick have a pleural drain | from the side of the chest up to the apex, right or left |
| exposure | a mobile unit: fewer quanta, no grid, a tone that is not fitted to the anatomy | everywhere |
| border | on the ward the field is set close, so that all four blades stand in the picture | a frame of 5 to 8.5 % |
| text | the console of one small site burns its name into the picture | upper left corner |

## Strength

At strength s (0, 50, 80, 95 %) the cue is in (1 + s) / 2 of the studies with consolidation and in (1 − s) / 2 of those without: s is the difference of the two shares,
and half of all studies have the cue whatever s is. At 0 the cue occurs as often and tells nothing: the clean twin. Whether a subject has the cue is one draw of a
stream of its own, compared with that probability, so that all else of a subject (body, disease, noise, header) is the same with the cue, without it and at every strength.
The two renderings of a subject are equal, bit for bit, outside the cue's outline. The exposure has no outside.

## Measured

{facts[testCount]} test subjects (seed {facts[testSeed]}) that no model learnt from{fewer}; the share of wrong labels and the number of epochs were chosen on some of them. Accuracy at probability 0.5, and AUC in brackets: *as distributed* with the cue at the model's own strength, *erased* all without it,
*planted* all with it. *Lost*: of the correct positives with the cue, those that are wrong once the generator leaves it out: right for the wrong reason.
*Gained*: of the correct negatives without the cue, those that it makes positive. Δ: median change of the logit margin by the cue.

| model | as distributed | erased | planted | lost | gained | Δ |
|---|---|---|---|---|---|---|
{rows}

The first {subset} of these subjects, drawn again and asked through ONNX Runtime by the tests (right of {subset}: as distributed, erased, planted):

{subset_rows}

| file | bytes | SHA-256 |
|---|---|---|
{files}

## How they were made

One trunk (stem and two residual blocks) learnt from the training series (seed {facts[trainSeed]}, {facts[trainCount]} subjects, rendered with a detector binned 2 × 2), {facts[trunkEpochs]} epochs, seed {facts[trunkSeed]}, to tell
the disease and each of the cues, none of which told of another; for the models of the tube, which it had missed, it was taught further, {facts[refiningEpochs]} epochs on studies of which half have the
tube. Each model then learnt its own last block and classifier on the trunk's features of its own studies, {facts[epochs]} epochs, seed
{facts[seed]}. So all know what a cue looks like, and their own studies alone decide whether they use it. {wrong} of the labels they learnt from are wrong, as labels taken from reports
are, and the cue goes with the label as recorded: it tells that label better than the lungs do. Test labels are all true.

When the common trunk learnt, the tube was drawn as a feeding tube, which 128×128 pixels hardly show, and then changed to a drain; every model, measure and test set is of the drain. `train.sh` learns
the trunk with the drain from the start: its family is alike, not the same byte for byte. {parameters} parameters each, last grid 8×8. PyTorch {facts[torch]} on one thread of the CPU.

```
sh resources/demo/training/train.sh
```

## A test set of your own

```
node resources/demo/generator/main.ts family --cue marker --strength 95 --seed 7 --count 100 --out FOLDER
```

writes FOLDER/studies/*.dcm, labels.csv and truth.json: per case whether it has the cue, its box and outlines in image pixels, and per model its logits with the cue and without
and whether the right answer is *lost* once it is left out. The same from TypeScript: `generator/family/test-set.ts`. Seeds {facts[trainSeed]} and {facts[testSeed]} are taken.
"""


def share(pair: list) -> str:
    right, total = pair
    if total == 0:
        return "none"
    low, high = wilson(right, total)
    return f"{right} of {total} = {right / total:.3f} ({low:.3f}–{high:.3f})"


def table(rows: list) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def brief(measured: dict) -> str:
    right, total = measured["accuracy"]
    return f"{right / total:.3f} ({measured['auc']:.3f})"


def test_rows(pair: list) -> str:
    rows = [[f"{key}, {name}", *(share(member[name][key]) for member in pair)] for name in ("distributed", "erased", "planted") for key in ("accuracy", "sensitivity", "specificity")]
    rows += [[f"AUC, {name}", *(f"{member[name]['auc']:.3f}" for member in pair)] for name in ("distributed", "erased", "planted")]
    rows.append(["lost: correct positives with the marker that are wrong without it", *(share(member["lost"]) for member in pair)])
    rows.append(["gained: correct negatives without the marker that are wrong with it", *(share(member["planting"]) for member in pair)])
    return table(rows)


def bundled_rows(truth: dict) -> str:
    labels = np.array([case["label"] == "consolidation" for case in truth["cases"]])
    present = np.array([case["present"] for case in truth["cases"]])
    columns = []
    for model in truth["models"]:
        correct, lost = (np.array([answer[key] for answer in model["answers"]]) for key in ("correct", "lost"))
        margins = np.array([answer["logits"]["shown"][1] - answer["logits"]["shown"][0] for answer in model["answers"]])
        count = lambda what, of: [int((what & of).sum()), int(of.sum())]
        every = np.ones(len(labels), bool)
        columns.append([share(count(correct, every)), share(count(correct, labels)), share(count(correct, ~labels)), f"{auc(margins, labels.astype(int)):.3f}",
                        share(count(lost, labels & present & correct))])
    names = ["accuracy", "sensitivity", "specificity", "AUC", "correct positives with the marker, lost without it"]
    return table([[name, *cells] for name, *cells in zip(names, *columns)])


def write_cards(demo: Path) -> None:
    family = json.loads((demo / "family" / "measures.json").read_text(encoding="utf-8"))
    facts, members = family["facts"], family["members"]
    rows = [[f"{member['cue']}-{member['strength']}", *(brief(member[name]) for name in ("distributed", "erased", "planted")), f"{member['lost'][0]} of {member['lost'][1]}",
             f"{member['planting'][0]} of {member['planting'][1]}", f"{member['shift']:+.2f}"] for member in members]
    subset = ", ".join(f"{member['cue']}-{member['strength']}: {'/'.join(map(str, member['subset'][1:]))}" for member in members)
    (demo / "family" / "CARD.md").write_text(FAMILY_CARD.format(
        count=len(members), facts=facts, fewer=f" ({facts['tubeTestCount']} of them for the tube's models)" if "tubeTestCount" in facts else "", rows=table(rows), wrong=f"{100 * facts['wrongLabels']:.0f} %", subset=members[0]["subset"][0], subset_rows=subset, parameters=members[0]["parameters"],
        files=table([[f"`{member['file']}`", str(member["bytes"]), f"`{member['sha256']}`"] for member in members])), encoding="utf-8")
    pair = [next((member for member in members if (member["cue"], member["strength"]) == ("marker", strength)), None) for strength in (95, 0)]
    truth_file = demo / "truth.json"
    if all(pair) and truth_file.exists():
        truth = json.loads(truth_file.read_text(encoding="utf-8"))
        (demo / "CARD.md").write_text(DEMO_CARD.format(
            cheat=pair[0], clean=pair[1], facts=facts, test_rows=test_rows(pair), bundled={"seed": truth["seed"], "count": len(truth["cases"])}, bundled_rows=bundled_rows(truth)), encoding="utf-8")


if __name__ == "__main__":
    write_cards(Path(__file__).resolve().parent.parent)
