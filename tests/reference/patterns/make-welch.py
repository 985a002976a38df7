"""Welch's interval by scipy: python3 make-welch.py > tests/fixtures/patterns/welch.json"""
import json
import sys

import numpy as np
import scipy.stats

random = np.random.default_rng(5)


def case(n, m, sd, level):
    a, b = random.normal(size=n) * sd + 0.3, random.normal(size=m)
    low, high = scipy.stats.ttest_ind(a, b, equal_var=False).confidence_interval(1 - level)
    return {'a': a.tolist(), 'b': b.tolist(), 'level': level, 'value': a.mean() - b.mean(), 'interval': [low, high]}


json.dump([case(2, 3, 1, 0.05), case(20, 60, 3, 0.05), case(35, 12, 0.1, 0.01)], sys.stdout)
