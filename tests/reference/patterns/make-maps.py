"""Independent numbers for src-main/patterns/cluster-permutation.ts and align.ts: scipy's t test, scipy.ndimage's components, permutations of numpy's.

    /usr/bin/python3 tests/reference/patterns/make-maps.py > tests/fixtures/patterns/maps.json
"""
import json
import sys

import numpy as np
import scipy.ndimage
import scipy.stats

random = np.random.default_rng(11)
ROWS, COLUMNS = 6, 7


def clusters(t, threshold):
    found = []
    for sign in (1, -1):
        labels, count = scipy.ndimage.label(sign * t > threshold)
        for label in range(1, count + 1):
            cells = np.flatnonzero((labels == label).ravel())
            found.append({'sign': sign, 'cells': cells.tolist(), 'mass': float(t.ravel()[cells].sum())})
    return sorted(found, key=lambda c: -abs(c['mass']))


def permutation_case(n, m, shift, permutations):
    maps = scipy.ndimage.gaussian_filter(random.normal(size=(n + m, ROWS, COLUMNS)), (0, 0.8, 0.8))
    maps[:n, 1:3, 4:6] += shift
    t = scipy.stats.ttest_ind(maps[:n], maps[n:]).statistic
    threshold = scipy.stats.t.isf(0.025, n + m - 2)
    found = clusters(t, threshold)
    greatest = []
    for _ in range(permutations):
        order = random.permutation(n + m)
        masses = clusters(scipy.stats.ttest_ind(maps[order[:n]], maps[order[n:]]).statistic, threshold)
        greatest.append(abs(masses[0]['mass']) if masses else 0)
    for cluster in found:
        cluster['p'] = (1 + int(np.sum(np.array(greatest) >= abs(cluster['mass'])))) / (1 + permutations)
    return {'a': maps[:n].ravel().tolist(), 'b': maps[n:].ravel().tolist(), 'n': n, 'm': m, 'grid': [ROWS, COLUMNS], 't': t.ravel().tolist(), 'threshold': threshold, 'clusters': found}


json.dump({'permutation': [permutation_case(24, 18, 0.35, 4000), permutation_case(15, 30, 0.15, 4000)]}, sys.stdout)
