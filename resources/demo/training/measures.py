"""Measures of a two-class model, with the intervals that a card owes its reader."""

import math

import numpy as np

# subjects of the test series that a test draws again and asks the models about
SUBSET = 16


def auc(scores: np.ndarray, labels: np.ndarray) -> float:
    """Area under the ROC curve as the Mann-Whitney statistic; ties count half."""
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    for value in np.unique(scores):
        same = scores == value
        ranks[same] = ranks[same].mean()
    positives = labels.sum()
    return float((ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * (len(labels) - positives)))


def wilson(count: int, total: int) -> tuple:
    """95 % interval of a proportion (Wilson 1927)."""
    z = 1.959964
    p = count / total
    middle = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def measure(margins: np.ndarray, labels: np.ndarray) -> dict:
    """Counts behind accuracy, sensitivity and specificity as [right, of] at probability 0.5 (margin 0), and the AUC."""
    positive = margins >= 0
    count = lambda chosen: [int((positive == labels)[chosen].sum()), int(chosen.sum())]
    return {"accuracy": count(np.ones(len(labels), bool)), "sensitivity": count(labels == 1), "specificity": count(labels == 0),
            "auc": round(auc(margins, labels), 4)}


def measure_member(without: np.ndarray, with_cue: np.ndarray, present: np.ndarray, labels: np.ndarray) -> dict:
    """Logits [subjects, 2] of every subject rendered without the cue and with it, and who has it as distributed."""
    erased, planted = (scores[:, 1] - scores[:, 0] for scores in (without, with_cue))
    distributed = np.where(present, planted, erased)
    series = {"distributed": distributed, "erased": erased, "planted": planted}
    correct = (distributed >= 0) == labels
    leaning = correct & present & (labels == 1)
    clear = correct & ~present & (labels == 0)
    ratio = lambda changed, of: [int((changed & of).sum()), int(of.sum())]
    return {
        **{name: measure(margins, labels) for name, margins in series.items()},
        # of the correct positives with the cue, those that erasing it makes wrong; of the correct negatives without, those that planting it does
        "lost": ratio(erased < 0, leaning), "planting": ratio(planted >= 0, clear),
        "shift": round(float(np.median(planted - erased)), 3),
        "subset": [SUBSET, *(int(((margins >= 0) == labels)[:SUBSET].sum()) for margins in series.values())],
    }
