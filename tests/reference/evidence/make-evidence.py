"""Independent numbers for src-main/evidence, written from the papers with numpy and scipy:

    /usr/bin/python3 tests/reference/evidence/make-evidence.py > tests/fixtures/evidence/evidence.json

The 'model' is a sum of tanh over the pixels, which the test has once more; the random numbers are those of src-main/tensor/random.ts,
so that the controls are compared as well.
"""
import json
import math
import sys

import numpy as np
import scipy.sparse as sparse
import scipy.sparse.linalg as linalg
import scipy.stats

ROWS, COLUMNS, CHANNELS = 12, 10, 3
GRID = (4, 5)
SEED = 3
M = 0xFFFFFFFF


def uniform(seed):
    """mulberry32"""
    state = [seed & M]

    def draw():
        state[0] = (state[0] + 0x6D2B79F5) & M
        t = state[0]
        t = ((t ^ (t >> 15)) * (t | 1)) & M
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & M)) & M
        return ((t ^ (t >> 14)) & M) / 4294967296

    return draw


def normal(seed):
    draw, spare = uniform(seed), []

    def one():
        if spare:
            return spare.pop()
        radius, angle = math.sqrt(-2 * math.log(1 - draw())), 2 * math.pi * draw()
        spare.append(radius * math.sin(angle))
        return radius * math.cos(angle)

    return one


def shuffled(count, draw):
    order = list(range(count))
    for i in range(count - 1, 0, -1):
        other = int(draw() * (i + 1))
        order[i], order[other] = order[other], order[i]
    return order


def random_orders(count, draws, seed):
    draw = uniform(seed)
    return [shuffled(count, draw) for _ in range(draws)]


def relevant_first(values, seed):
    rank = shuffled(len(values), uniform(seed ^ 0x7135))
    return sorted(range(len(values)), key=lambda i: (-values[i], rank[i]))


def probability(image, weights, bias):
    return 1 / (1 + np.exp(-logit(image, weights, bias)))


def logit(image, weights, bias):
    return float(np.tanh(image.astype(np.float64) * weights).sum() + bias)


def cell_of_pixel():
    rows = ((np.arange(ROWS) + 0.5) * GRID[0] / ROWS).astype(int)
    columns = ((np.arange(COLUMNS) + 0.5) * GRID[1] / COLUMNS).astype(int)
    return rows[:, None] * GRID[1] + columns[None, :]


def exchange_curve(start, end, order, counts, cells, score):
    curve = []
    for count in counts:
        mask = np.isin(cells, order[:count])
        curve.append(score(np.where(mask[None], end, start).astype(np.float32)))
    return curve


def neighbours(r, c):
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            if (dr or dc) and 0 <= r + dr < ROWS and 0 <= c + dc < COLUMNS:
                yield r + dr, c + dc, (1 / 12 if dr and dc else 1 / 6)


def impute_linear(plane, unknown):
    """Each unknown pixel is the weighted mean of its neighbours; solved directly."""
    places = np.argwhere(unknown)
    index = {tuple(place): i for i, place in enumerate(places)}
    matrix, right = sparse.lil_matrix((len(places), len(places))), np.zeros(len(places))
    for i, (r, c) in enumerate(places):
        for rr, cc, weight in neighbours(r, c):
            matrix[i, i] += weight
            if (rr, cc) in index:
                matrix[i, index[rr, cc]] -= weight
            else:
                right[i] += weight * plane[rr, cc]
    result = plane.astype(np.float64).copy()
    result[unknown] = linalg.spsolve(matrix.tocsc(), right)
    return result


def road(image, order_list, cells, counts, noise, score):
    """For each order the mean of (LeRF − MoRF) / 2, and the two curves of the first."""
    combined, curves = [], []
    for order in order_list:
        pair = []
        for removed_at_end in (False, True):
            scores = []
            for count in counts:
                removed = order[len(order) - count:] if removed_at_end else order[:count]
                unknown = np.isin(cells, removed)
                filled = np.empty((CHANNELS, ROWS, COLUMNS))
                # the first channel draws the noise; the second is a copy of it and shares it; the third is an image of its own
                first = impute_linear(image[0], unknown)
                first[unknown] += 0.01 * np.ptp(image[0]) * np.array([noise() for _ in range(unknown.sum())])
                filled[0] = first
                filled[1] = 0.5 * first + 0.25
                third = impute_linear(image[2], unknown)
                third[unknown] += 0.01 * np.ptp(image[2]) * np.array([noise() for _ in range(unknown.sum())])
                filled[2] = third
                scores.append(score(filled.astype(np.float32)))
            pair.append(scores)
        combined.append(float(np.mean([(least - most) / 2 for most, least in zip(*pair)])))
        curves.append(pair)
    return combined, curves[0]


def pixel_localisation(values, box):
    """Mass and rank on a raster so fine that the box's edges fall on it."""
    fine = 60
    big = np.kron(values.reshape(GRID), np.ones((fine, fine)))
    y = np.arange(big.shape[0]) * ROWS / big.shape[0]
    x = np.arange(big.shape[1]) * COLUMNS / big.shape[1]
    inside = ((y >= box["y"]) & (y < box["y"] + box["height"]))[:, None] & ((x >= box["x"]) & (x < box["x"] + box["width"]))[None, :]
    positive = np.maximum(big, 0)
    size = int(inside.sum())
    order = np.argsort(-big, axis=None, kind="stable")
    threshold = big.ravel()[order[size - 1]]
    above, level = big > threshold, big == threshold
    hits = inside[above].sum() + (size - above.sum()) * inside[level].mean()
    return float(positive[inside].sum() / positive.sum()), float(hits / size)


def ssim(a, b):
    """Wang et al. 2004 with a Gaussian window whose weights sum to one inside the image."""
    a, b = (np.abs(v) / np.abs(v).max() for v in (a, b))
    rows, columns = a.shape
    result = []
    for r in range(rows):
        for c in range(columns):
            rr, cc = np.mgrid[max(0, r - 5):min(rows, r + 6), max(0, c - 5):min(columns, c + 6)]
            w = np.exp(-((rr - r) ** 2 + (cc - c) ** 2) / (2 * 1.5 ** 2))
            w /= w.sum()
            x, y = a[rr, cc], b[rr, cc]
            mx, my = (w * x).sum(), (w * y).sum()
            vx, vy, cov = (w * (x - mx) ** 2).sum(), (w * (y - my) ** 2).sum(), (w * (x - mx) * (y - my)).sum()
            result.append((2 * mx * my + 1e-4) * (2 * cov + 9e-4) / ((mx ** 2 + my ** 2 + 1e-4) * (vx + vy + 9e-4)))
    return float(np.mean(result))


def main():
    rng = np.random.default_rng(20221)
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    first = (np.sin(x / 2) + np.cos(y / 3) + 0.3 * rng.standard_normal((ROWS, COLUMNS))).astype(np.float32)
    third = rng.standard_normal((ROWS, COLUMNS)).astype(np.float32)
    image = np.stack([first, (0.5 * first + np.float32(0.25)).astype(np.float32), third])
    weights = rng.standard_normal((CHANNELS, ROWS, COLUMNS)) * 0.15
    bias = 0.4
    values = np.maximum(0, rng.standard_normal(GRID[0] * GRID[1])).astype(np.float32)
    cells = cell_of_pixel()
    count = GRID[0] * GRID[1]
    prob = lambda one: probability(one, weights, bias)
    raw = lambda one: logit(one, weights, bias)
    fill = np.broadcast_to(image.reshape(CHANNELS, -1).astype(np.float64).mean(1)[:, None, None], image.shape).astype(np.float32)

    draws = 4
    orders = [relevant_first(values, SEED), *random_orders(count, draws, SEED)]
    steps = 8
    counts = [int(math.floor(k * count / steps + 0.5)) for k in range(steps + 1)]
    shares = np.array(counts) / count
    deletion = [exchange_curve(image, fill, order, counts, cells, prob) for order in orders]
    insertion = [exchange_curve(fill, image, order, counts, cells, prob) for order in orders]
    road_counts = [int(math.floor((k + 1) / 6 * count + 0.5)) for k in range(5)]
    combined, road_curves = road(image, orders, cells, road_counts, normal(SEED), prob)

    draw = uniform(SEED)
    sets = [shuffled(count, draw)[:4] for _ in range(40)]
    falls = [raw(image) - raw(np.where(np.isin(cells, one)[None], fill, image).astype(np.float32)) for one in sets]
    foretold = lambda of: float(np.corrcoef([sum(of[cell] for cell in one) for one in sets], falls)[0, 1])
    sensitivity_control = [foretold(values[order]) for order in random_orders(count, draws, SEED + 1)]

    draw = uniform(SEED)
    radius = 0.02 * float(np.ptp(image))
    explain = lambda one: np.array([np.abs(one[:, cells == cell] * weights[:, cells == cell]).sum() for cell in range(count)])
    own = explain(image).astype(np.float32)
    changes = []
    for _ in range(6):
        noise = np.array([2 * draw() - 1 for _ in range(image.size)]).reshape(image.shape)
        noisy = (image.astype(np.float64) + radius * noise).astype(np.float32)
        changes.append(float(np.linalg.norm(explain(noisy).astype(np.float32) - own) / np.linalg.norm(own)))

    box = {"x": 2.5, "y": 3.25, "width": 4.0, "height": 5.5}
    mass, rank = pixel_localisation(values, box)
    other = rng.standard_normal(count)
    tied = np.array([0, 0, 1, 2, 2, 2, -3, 0.5, 7, 7], dtype=float)
    untied = rng.standard_normal(10)
    wide_a, wide_b = rng.standard_normal((14, 17)), rng.standard_normal((14, 17))
    hole = rng.random((ROWS, COLUMNS)) < 0.7
    json.dump({
        "rows": ROWS, "columns": COLUMNS, "channels": CHANNELS, "grid": GRID, "seed": SEED, "bias": bias,
        "image": image.ravel().tolist(), "weights": weights.ravel().tolist(), "values": values.tolist(),
        "deletion": {"curve": deletion[0], "areas": [float(np.trapz(curve, shares)) for curve in deletion]},
        "insertion": {"curve": insertion[0], "areas": [float(np.trapz(curve, shares)) for curve in insertion]},
        "road": {"combined": combined, "curves": road_curves},
        "sensitivityN": {"value": foretold(values), "control": sensitivity_control},
        "maxSensitivity": {"own": own.tolist(), "max": max(changes), "mean": float(np.mean(changes))},
        "localisation": {"box": box, "mass": mass, "rank": rank},
        "impute": {"unknown": hole.astype(int).ravel().tolist(), "filled": impute_linear(first, hole).ravel().tolist()},
        "spearman": {"a": tied.tolist(), "b": untied.tolist(), "value": float(scipy.stats.spearmanr(tied, untied)[0]), "cells": other.tolist(), "withValues": float(scipy.stats.spearmanr(values, other)[0])},
        "ssim": {"a": wide_a.ravel().tolist(), "b": wide_b.ravel().tolist(), "grid": [14, 17], "value": ssim(wide_a, wide_b)},
    }, sys.stdout, default=lambda v: v.tolist())


main()
