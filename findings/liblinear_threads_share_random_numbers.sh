#!/usr/bin/env bash
# Guess: with `random_state=0` a fit of `LogisticRegression(solver="liblinear", dual=True)` gives
# the same weights each time, also where several are fitted at once: it computes without
# Python's lock, so that threads are an obvious way to fit a class in each.
# Seen (scikit-learn 1.9.1, Python 3.11, 2026-11-28): one after the other yes, to the last bit;
# in threads no, by some thousandths: the order of the texts comes from one generator of
# random numbers, which all fits of a process share and each seeds anew. `LinearSVC` is the
# same. With `dual=False`, which draws nothing, threads change nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet scikit-learn==1.9.1
cat > threads.py <<'PYTHON'
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

texts = scipy.sparse.random(4_000, 20_000, 0.005, format="csr", random_state=0)
labels = np.random.default_rng(0).integers(0, 2, (4_000, 4))


def fit(make):
    """The weights of four classes: in turns, again in turns, and in threads."""

    def fit_one(n):
        return make().fit(texts, labels[:, n]).coef_

    in_turns, again = (list(map(fit_one, range(4))) for _ in range(2))
    with ThreadPoolExecutor(4) as threads:
        at_once = list(threads.map(fit_one, range(4)))
    return [np.array_equal(in_turns, x) for x in (again, at_once)]


same = {"tol": 0.1, "random_state": 0}
print("dual:", *fit(lambda: LogisticRegression(solver="liblinear", dual=True, **same)))
print("primal:", *fit(lambda: LogisticRegression(solver="liblinear", **same)))
print("LinearSVC:", *fit(lambda: LinearSVC(**same)))
PYTHON
environment/bin/python -W ignore threads.py | tee output
grep -qx "dual: True False" output
grep -qx "primal: True True" output
grep -qx "LinearSVC: True False" output
