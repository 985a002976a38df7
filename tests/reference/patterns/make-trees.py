"""scikit-learn's histogram gradient boosting with the settings of src-main/patterns/boosted-trees.ts:

    /usr/bin/python3 tests/reference/patterns/make-trees.py > tests/fixtures/patterns/trees.json
"""
import json
import sys

import numpy as np
import sklearn.metrics
from sklearn.ensemble import HistGradientBoostingClassifier

random = np.random.default_rng(5)
n, train = 900, 600
x = np.column_stack([random.integers(0, 4, n), np.round(random.normal(size=n), 2), random.integers(0, 2, n), np.round(random.uniform(0, 90, n))])
logit = np.where(x[:, 0] == 2, 1.5, -0.5) + 0.8 * np.sin(2 * x[:, 1]) + np.where((x[:, 3] > 60) & (x[:, 2] == 1), 1.2, 0)
y = (random.random(n) < 1 / (1 + np.exp(-logit))).astype(int)
model = HistGradientBoostingClassifier(max_iter=100, max_depth=3, learning_rate=0.1, min_samples_leaf=20, l2_regularization=1, max_bins=32, early_stopping=False).fit(x[:train], y[:train])
scores = model.decision_function(x[train:])
json.dump({'columns': x.T.tolist(), 'positive': y.tolist(), 'train': train, 'area': sklearn.metrics.roc_auc_score(y[train:], scores), 'scores': np.round(scores, 5).tolist()}, sys.stdout)
