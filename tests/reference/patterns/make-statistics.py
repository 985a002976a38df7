"""Independent numbers for src-main/statistics and src-main/patterns: scipy, statsmodels and scikit-learn where they have the statistic, else numpy from the papers.

    /usr/bin/python3 tests/reference/patterns/make-statistics.py > tests/fixtures/patterns/statistics.json
"""
import json
import math
import sys
import warnings

import numpy as np
import scipy.optimize
import scipy.stats
import sklearn.metrics
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

warnings.filterwarnings('ignore')
random = np.random.default_rng(7)
Z = scipy.stats.norm.ppf(0.975)


def psi(x, y):
    """DeLong et al. 1988, eq. 3: the kernel over all pairs, O(m·n)"""
    return (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])


def delong(scores, positive):
    x, y = scores[positive], scores[~positive]
    kernel = psi(x, y)
    v10, v01 = kernel.mean(1), kernel.mean(0)
    return kernel.mean(), v10, v01


def delong_se(scores, positive):
    area, v10, v01 = delong(scores, positive)
    return area, math.sqrt(v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01))


def logit_interval(area, se):
    logit, half = math.log(area / (1 - area)), Z * se / (area * (1 - area))
    return [1 / (1 + math.exp(-(logit + sign * half))) for sign in (-1, 1)]


def obuchowski_se(scores, positive, patients):
    """Obuchowski 1997, patient by patient"""
    area, v10, v01 = delong(scores, positive)
    placement = np.empty(len(scores))
    placement[positive], placement[~positive] = v10, v01
    m, n = positive.sum(), (~positive).sum()
    ids = np.unique(patients)
    x = {p: (placement[(patients == p) & positive] - area).sum() for p in ids}
    y = {p: (placement[(patients == p) & ~positive] - area).sum() for p in ids}
    i10 = len([p for p in ids if ((patients == p) & positive).any()])
    i01 = len([p for p in ids if ((patients == p) & ~positive).any()])
    total = len(ids)
    s10 = i10 / ((i10 - 1) * m) * sum(x[p] ** 2 for p in ids)
    s01 = i01 / ((i01 - 1) * n) * sum(y[p] ** 2 for p in ids)
    s11 = total / (total - 1) * sum(x[p] * y[p] for p in ids)
    return math.sqrt(s10 / m + s01 / n + 2 * s11 / (m * n))


def newcombe(area, m, n):
    """Newcombe 2006, part 2, method 5: roots by Brent"""
    def variance(t):
        more = (m + n) / 2 - 1
        return t * (1 - t) * (1 + more * ((1 - t) / (2 - t) + t / (1 + t))) / (m * n)
    excess = lambda t: (area - t) ** 2 - Z ** 2 * variance(t)
    low = 0.0 if area == 0 else scipy.optimize.brentq(excess, 0, area - 1e-9, xtol=1e-15)
    high = 1.0 if area == 1 else scipy.optimize.brentq(excess, area + 1e-9, 1, xtol=1e-15)
    return [low, high]


def auroc_case(n, shift, decimals, patients=None):
    positive = random.random(n) < 0.4
    positive[:2] = [True, False]
    scores = np.round(1 / (1 + np.exp(-(random.normal(size=n) + shift * positive))), decimals)
    case = {'scores': scores.tolist(), 'positive': positive.astype(int).tolist()}
    area, se = delong_se(scores, positive)
    assert abs(area - sklearn.metrics.roc_auc_score(positive, scores)) < 1e-12
    case['area'], case['se'] = area, se
    if patients is not None:
        codes = random.integers(0, patients, n)
        case['patients'] = codes.tolist()
        case['se'] = obuchowski_se(scores, positive, codes)
    case['interval'] = logit_interval(area, case['se'])
    return case


def paired():
    n = 150
    positive = random.random(n) < 0.45
    a = random.normal(size=n) + positive
    b = 0.6 * a + random.normal(size=n)
    (area_a, v10a, v01a), (area_b, v10b, v01b) = delong(a, positive), delong(b, positive)
    var = np.var(v10a - v10b, ddof=1) / positive.sum() + np.var(v01a - v01b, ddof=1) / (~positive).sum()
    z = (area_a - area_b) / math.sqrt(var)
    return {'a': a.tolist(), 'b': b.tolist(), 'positive': positive.astype(int).tolist(), 'value': area_a - area_b, 'se': math.sqrt(var), 'p': 2 * scipy.stats.norm.sf(abs(z))}


def calibration_case():
    n = 300
    logit = random.normal(size=n) * 1.5
    positive = random.random(n) < 1 / (1 + np.exp(-(0.4 + 0.6 * logit)))
    p = 1 / (1 + np.exp(-logit))
    bins = np.minimum(9, np.floor(p * 10)).astype(int)
    ece = sum((bins == b).mean() * abs(p[bins == b].mean() - positive[bins == b].mean()) for b in np.unique(bins))
    fit = sm.GLM(positive.astype(float), sm.add_constant(logit), family=sm.families.Binomial()).fit(tol=1e-14)
    large = sm.GLM(positive.astype(float), np.ones((n, 1)), family=sm.families.Binomial(), offset=logit).fit(tol=1e-14)
    return {'probabilities': p.tolist(), 'positive': positive.astype(int).tolist(), 'ece': ece, 'brier': sklearn.metrics.brier_score_loss(positive, p),
            'intercept': [fit.params[0], fit.bse[0]], 'slope': [fit.params[1], fit.bse[1]], 'inTheLarge': [large.params[0], large.bse[0]]}


def ridge_case():
    from sklearn.linear_model import LogisticRegression
    n = 120
    x = random.normal(size=(n, 4))
    x[:, 3] = x[:, 2] * 2  # collinear: only the penalty makes it solvable
    y = random.random(n) < 1 / (1 + np.exp(-(x[:, 0] - 0.5 * x[:, 1] + 0.3)))
    fit = LogisticRegression(C=1 / 2.5, tol=1e-12, max_iter=10000, solver='newton-cg').fit(x, y)
    return {'columns': x.T.tolist(), 'positive': y.astype(int).tolist(), 'l2': 2.5, 'coefficients': [fit.intercept_[0], *fit.coef_[0]]}


def spearman_case():
    a = np.round(random.normal(size=60), 1)
    b = np.round(0.5 * a + random.normal(size=60), 1)
    r = scipy.stats.spearmanr(a, b).correlation
    z, half = math.atanh(r), Z * math.sqrt((1 + r ** 2 / 2) / 57)
    return {'a': a.tolist(), 'b': b.tolist(), 'value': r, 'interval': [math.tanh(z - half), math.tanh(z + half)], 'p': 2 * scipy.stats.norm.sf(abs(z) * math.sqrt(57))}


ps = [0.001, 0.04, 0.03, 0.2, 0.011, 0.6]
json.dump({
    'normal': [[x, scipy.stats.norm.cdf(x)] for x in (-38.0, -12.5, -6.0, -4.999, -1.96, -0.3, 0.0, 0.7, 2.5, 5.001, 8.3)],
    'student': [[t, df, 2 * scipy.stats.t.sf(t, df)] for t in (0.0, 0.5, 1.3, 2.7, 9.0) for df in (1, 2, 5.5, 30, 1200, 250000)],
    'critical': [[level, df, scipy.optimize.brentq(lambda t: 2 * scipy.stats.t.sf(t, df) - level, 0, 1000, xtol=1e-13)] for level in (0.05, 0.01, 0.001) for df in (2, 10, 998, 99998)],
    'holm': {'p': ps, 'adjusted': multipletests(ps, method='holm')[1].tolist()},
    'wilson': [[k, n, *proportion_confint(k, n, method='wilson')] for k, n in ((0, 5), (3, 17), (40, 40), (812, 1000))],
    'auroc': [auroc_case(80, 1.2, 6), auroc_case(200, 0.4, 1), auroc_case(40, 2.5, 2)],
    'clustered': [auroc_case(150, 0.9, 3, 45), auroc_case(90, 0.2, 1, 80)],
    'newcombe': [[area, m, n, *newcombe(area, m, n)] for area, m, n in ((1.0, 5, 8), (0.0, 12, 30), (0.75, 4, 9), (0.93, 9, 200), (1.0, 60, 80))],
    'paired': paired(),
    'calibration': calibration_case(),
    'ridge': ridge_case(),
    'spearman': spearman_case(),
}, sys.stdout)
