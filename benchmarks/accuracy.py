"""Accuracy beside counting words, on one's own files too: one command.

    python benchmarks/accuracy.py imdb=aclImdb_v1.tar.gz
    python benchmarks/accuracy.py \\
        news=20news-train.jsonl.gz,20news-test.jsonl.gz \\
        --models tfidf topics --seeds 1 2 3
    python benchmarks/accuracy.py mine=train.csv,test.csv --sizes 8 32 128

The first line of each data set is always scikit-learn's TF-IDF of words and
pairs (of more than 8 classes of words alone, which is better and fits into the
memory) with logistic regression; `bayes` is Naive-Bayes-weighted logistic
regression on binary 1-3-grams, `default` is `TextClassifier()`, every other
name is a preset. An archive of IMDB named `ratings` is read with its 8 ratings
as labels; of one named `unlabelled` the 50,000 unlabelled reviews are given to
ours as well, and the accuracy on the test reviews that are none of them stands
beside. With `--sizes` all learn from so many texts of each
class, drawn anew for each seed. With `--validate` every eighth training text is
held out, and the test texts are left alone. Seconds are of training, by the
clock and of all cores. Each line is also added to `--output`.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.base import ClassifierMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from han_attention import TextClassifier
from han_attention import TextFiles
from han_attention import load_imdb
from han_attention.evaluation.metrics import calibrate
from han_attention.text.count_ratios import log_count_ratios


class BayesWeighted(ClassifierMixin, BaseEstimator):
    """Logistic regression on binary 1-3-grams, scaled by log-count ratios
    (Wang and Manning, 2012), each class against the rest."""

    def fit(self, texts, labels):
        self.counter_ = CountVectorizer(
            ngram_range=(1, 3),
            binary=True,
            token_pattern=r"\w+|[^\w\s]",
            min_df=2 if len(texts) > 5_000 else 1,
        )
        counts = self.counter_.fit_transform(texts).astype("float64")
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        targets = np.eye(len(self.classes_))[numbers]
        targets = targets[:, 1:] if len(self.classes_) == 2 else targets
        ratios = log_count_ratios(counts, targets)
        self.parts_ = [
            (scale, self._fit_one(counts.multiply(scale).tocsr(), target))
            for scale, target in zip(ratios.T, targets.T, strict=True)
        ]
        return self

    def _fit_one(self, features, target):
        regression = LogisticRegression(C=0.3, solver="liblinear", tol=1e-3)
        return regression.fit(features, target)

    def predict_proba(self, texts):
        counts = self.counter_.transform(texts)
        logits = np.stack(
            [
                regression.decision_function(counts.multiply(scale).tocsr())
                for scale, regression in self.parts_
            ],
            axis=1,
        )
        positive = 1 / (1 + np.exp(-logits))
        if len(self.classes_) == 2:
            return np.concatenate([1 - positive, positive], axis=1)
        return positive / positive.sum(axis=1, keepdims=True)


def make_model(name, seed, num_classes):
    if name == "tfidf":
        longest = 2 if num_classes <= 8 else 1
        words = TfidfVectorizer(ngram_range=(1, longest), sublinear_tf=True)
        return make_pipeline(words, LogisticRegression(max_iter=1000, C=10))
    if name == "bayes":
        return BayesWeighted()
    if name == "default":
        return TextClassifier(seed=seed, verbose=False)
    return TextClassifier.from_preset(name, seed=seed, verbose=False)


def read(source):
    """Name, training texts and labels, test texts and labels, more texts."""
    name, _, paths = source.partition("=")
    train, _, test = paths.partition(",")
    if not test:
        labels = "rating" if name == "ratings" else "sentiment"
        dataset = load_imdb(train, name == "unlabelled", labels=labels)
        parts = [dataset.train, dataset.test]
        pairs = [(list(p.texts), np.array(p.labels)) for p in parts]
        return name, *pairs, list(dataset.unlabelled)
    rows = [list(TextFiles(path)) for path in (train, test)]
    pairs = [
        ([row.text for row in part], np.array([row.label for row in part]))
        for part in rows
    ]
    return name, *pairs, []


def draw(texts, labels, size, seed):
    """So many texts of each class, or all of them, in random order."""
    order = np.random.default_rng(seed).permutation(len(texts))
    if size is not None:
        order = np.concatenate(
            [order[labels[order] == c][:size] for c in np.unique(labels)]
        )
        order = np.random.default_rng(seed).permutation(order)
    return [texts[n] for n in order], labels[order]


def judge(name, train, test, seed, unlabelled=()):
    """Train and test; what there is to say of it."""
    model = make_model(name, seed, len(np.unique(train[1])))
    start, cpu = time.perf_counter(), time.process_time()
    if unlabelled and isinstance(model, TextClassifier):
        model.fit(*train, unlabelled=unlabelled)
    else:
        model.fit(*train)
    trained, cpu = time.perf_counter(), time.process_time() - cpu
    predicted = model.predict_proba(test[0])
    tested = time.perf_counter()
    right = np.array(model.classes_)[predicted.argmax(axis=1)] == test[1]
    parameters = None
    if isinstance(model, TextClassifier):
        parameters = model.predictor_.model.count_params()
    known = set(unlabelled)
    apart = np.array([text not in known for text in test[0]])
    return {
        "accuracy": float(right.mean()),
        "accuracy_apart": float(right[apart].mean()),
        "in_unlabelled": int((~apart).sum()),
        "calibration_error": calibrate(predicted.max(axis=1), right)[1],
        "seconds": trained - start,
        "cpu_seconds": cpu,
        "test_seconds": tested - trained,
        "parameters": parameters,
    }


def describe(line):
    """What was found, in one line."""
    accuracy = f"accuracy {line['accuracy']:.4f}"
    if line["in_unlabelled"]:
        accuracy += (
            f" ({line['accuracy_apart']:.4f} without the "
            f"{line['in_unlabelled']} that are unlabelled ones too)"
        )
    return (
        f"{line['data']:8} {line['texts']:6,} texts  {line['model']:9} seed "
        f"{line['seed']}  {accuracy}  calibration error "
        f"{line['calibration_error']:.3f}  {line['seconds']:6.1f} s, "
        f"{line['cpu_seconds']:.1f} s of a core"
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", nargs="+", metavar="NAME=PATHS")
    parser.add_argument(
        "--models", nargs="+", default=["bayes", "fast", "default", "accurate"]
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--sizes", type=int, nargs="+", default=[None])
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--output", type=Path)
    flags = parser.parse_args()
    models = ["tfidf", *(m for m in flags.models if m != "tfidf")]
    for source in flags.data:
        data, train, test, more = read(source)
        if flags.validate:
            held_out = np.arange(len(train[1])) % 8 == 0
            test, train = (
                (
                    [t for t, k in zip(train[0], keep, strict=True) if k],
                    train[1][keep],
                )
                for keep in (held_out, ~held_out)
            )
        for size in flags.sizes:
            for model in models:
                found = []
                for seed in flags.seeds:
                    part = draw(*train, size, seed)
                    line = {"data": data, "texts": len(part[0]), "model": model}
                    line |= {"seed": seed} | judge(
                        model, part, test, seed, more
                    )
                    found.append(line["accuracy"])
                    if flags.output:
                        with flags.output.open("a", encoding="utf-8") as out:
                            out.write(json.dumps(line) + "\n")
                    print(describe(line), flush=True)
                if len(found) > 1:
                    print(
                        f"{'':26}{model:9} mean {statistics.mean(found):.4f}, "
                        f"standard deviation {statistics.stdev(found):.4f}"
                    )


if __name__ == "__main__":
    main()
