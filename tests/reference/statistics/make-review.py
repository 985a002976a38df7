"""Writes tests/fixtures/statistics/review.json: what statsmodels, and R's survey by stratified.R, give for the numbers of a review.

Run: /usr/bin/python3 tests/reference/statistics/make-review.py   (statsmodels 0.13, numpy 1.24; R 4.2 with survey 4.1-1)
Neither has an interval for Fleiss' kappa under disagreement; the reference of its standard error is the jackknife over cases, and the bootstrap.
"""
import csv
import io
import json
import subprocess
from pathlib import Path

import numpy as np
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa
from statsmodels.stats.proportion import proportion_confint

here = Path(__file__).parent
random = np.random.default_rng(6)


def wilson():
    pairs = [(0, 1), (1, 1), (0, 20), (20, 20), (1, 29), (15, 148), (81, 263), (56, 70), (3, 10_000), (5000, 10_000)]
    return [dict(count=c, of=n, low=low, high=high) for c, n in pairs for low, high in [proportion_confint(c, n, method='wilson')]]


def cohen():
    tables = [np.array([[20, 5], [10, 15]]), np.array([[88, 10, 2, 0], [14, 40, 6, 1], [18, 10, 2, 3], [0, 0, 1, 5]]), np.eye(4, dtype=int) * [5, 9, 0, 2],
              np.array([[0, 7], [6, 0]]), random.integers(0, 9, (4, 4))]
    rows = []
    for table in tables:
        found = cohens_kappa(table)
        rows.append(dict(counts=table.tolist(), kappa=found.kappa, standardError=found.std_kappa, low=found.kappa_low, high=found.kappa_upp))
    return rows


def value(table):
    """Fleiss' kappa where raters may be missing, as Fleiss 1971 defines it of the cases with two ratings or more; shares of the categories over all cases."""
    raters = table.sum(1)
    shares = (table / raters[:, None]).mean(0)
    several = raters > 1
    agreed = ((table * (table - 1)).sum(1)[several] / (raters * (raters - 1))[several]).mean()
    chance = (shares ** 2).sum()
    return (agreed - chance) / (1 - chance)


def fleiss():
    rows = []
    for cases, raters, agree, missing in [(150, 3, 0.8, 0), (80, 5, 0.5, 0), (200, 4, 0.7, 0.25)]:
        truth = random.choice(4, cases, p=[0.5, 0.3, 0.15, 0.05])
        said = np.where(random.random((cases, raters)) < agree, truth[:, None], random.choice(4, (cases, raters)))
        there = random.random((cases, raters)) >= missing
        there[:, 0] = True
        table = np.stack([((said == k) & there).sum(1) for k in range(4)], 1)
        whole = value(table)
        if missing == 0:
            assert abs(whole - fleiss_kappa(table, method='fleiss')) < 1e-12
        left_out = np.array([value(np.delete(table, i, 0)) for i in range(cases)])
        jackknife = np.sqrt((cases - 1) / cases * ((left_out - left_out.mean()) ** 2).sum())
        drawn = np.array([value(table[random.integers(0, cases, cases)]) for _ in range(4000)])
        rows.append(dict(counts=table.tolist(), kappa=fleiss_kappa(table, method='fleiss') if missing == 0 else whole, jackknife=jackknife, bootstrap=drawn.std(ddof=1)))
    return rows


def stratified():
    rows = []
    for name, populations, sizes, rates in [('proportional', [600, 300, 100], [60, 30, 10], [0.1, 0.3, 0.6]), ('equal', [900, 80, 20], [20, 20, 20], [0.05, 0.4, 0.8]),
                                            ('one', [400], [50], [0.25]), ('whole stratum', [500, 12], [40, 12], [0.2, 0.5]), ('single case', [300, 40, 5], [30, 8, 1], [0.3, 0.5, 1.0])]:
        units = []
        for stratum, (population, size, rate) in enumerate(zip(populations, sizes, rates)):
            hits = random.random(size) < rate
            part = random.random(size) < 0.6
            units += [dict(stratum=stratum, population=population, hit=bool(h), inPart=bool(d)) for h, d in zip(hits, part)]
        table = io.StringIO()
        writer = csv.writer(table)
        writer.writerow(['stratum', 'population', 'hit', 'part'])
        writer.writerows([u['stratum'], u['population'], int(u['hit']), int(u['inPart'])] for u in units)
        told = subprocess.run(['Rscript', str(here / 'stratified.R')], input=table.getvalue(), capture_output=True, text=True, check=True).stdout
        whole, part = ([float(x) for x in line.split()] for line in told.strip().splitlines())
        case = dict(name=name, populations=populations, units=units)
        for key, (p, se) in dict(whole=whole, part=part).items():
            effective = p * (1 - p) / se ** 2
            low, high = proportion_confint(p * effective, effective, method='wilson')
            case[key] = dict(value=p, standardError=se, low=low, high=high)
        rows.append(case)
    return rows


def size():
    """Found by trying every n, in place of the formula."""
    rows = []
    for width, expected, population in [(0.1, 0.5, 100_000), (0.1, 0.1, 1000), (0.2, 0.5, 60), (0.05, 0.2, 5000), (0.15, 0.0, 400)]:
        def wide(n):
            low, high = proportion_confint(expected * n, n, method='wilson')
            return high - low
        unlimited = next(n for n in range(1, 100_000) if wide(n) <= width)
        rows.append(dict(width=width, expected=expected, population=population, unlimited=unlimited, size=min(population, int(np.ceil(unlimited / (1 + (unlimited - 1) / population))))))
    return rows


out = here.parents[1] / 'fixtures' / 'statistics' / 'review.json'
out.write_text(json.dumps(dict(wilson=wilson(), cohen=cohen(), fleiss=fleiss(), stratified=stratified(), size=size())))
