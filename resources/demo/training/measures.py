"""Measures of a two-class model, with the intervals that a card owes its reader."""

import math

import numpy as np


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
    return middle - half, middle + half


def measure(probabilities: np.ndarray, labels: np.ndarray, threshold: float) -> dict:
    """Counts behind accuracy, sensitivity and specificity as (right, of), and the AUC."""
    positive = probabilities >= threshold
    return {
        "accuracy": (int((positive == labels).sum()), len(labels)),
        "sensitivity": (int(positive[labels == 1].sum()), int(labels.sum())),
        "specificity": (int((~positive[labels == 0]).sum()), int((labels == 0).sum())),
        "auc": auc(probabilities, labels),
    }
