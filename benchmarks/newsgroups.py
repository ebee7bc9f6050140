"""20 Newsgroups: `TextClassifier` beside TF-IDF, on the same posts, in one run.

    python benchmarks/newsgroups.py 20news-bydate-train.jsonl.gz \\
        20news-bydate-test.jsonl.gz --seeds 1 2 3

The files are JSON lines with `text` and `label`. TF-IDF is scikit-learn's,
with `sublinear_tf` and `min_df=2`. With `--validate` the settings are judged on
every eighth training post instead of the test posts.
"""

import argparse
import statistics
import time

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from han_attention import TextClassifier
from han_attention import load_jsonl


def judge(name, classifier, train, test):
    """Train, test and print one line; return the accuracy."""
    start = time.perf_counter()
    classifier.fit(*train)
    trained = time.perf_counter()
    accuracy = classifier.score(*test)
    tested = time.perf_counter()
    print(
        f"{name:28} accuracy {accuracy:.4f}  training "
        f"{trained - start:6.1f} s  test {tested - trained:5.1f} s",
        flush=True,
    )
    return accuracy


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("--preset", default="topics")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--validate", action="store_true")
    flags = parser.parse_args()
    train = load_jsonl(flags.train)
    if flags.validate:
        test = tuple(column[::8] for column in train)
        train = tuple(
            [x for n, x in enumerate(column) if n % 8] for column in train
        )
    else:
        test = load_jsonl(flags.test)
    for name, linear in (
        (
            "TF-IDF, logistic regression",
            LogisticRegression(max_iter=1000, C=10),
        ),
        ("TF-IDF, linear SVM", LinearSVC()),
    ):
        words = TfidfVectorizer(sublinear_tf=True, min_df=2)
        judge(name, make_pipeline(words, linear), train, test)
    accuracies = [
        judge(
            f"TextClassifier, seed {seed}",
            TextClassifier.from_preset(flags.preset, seed=seed),
            train,
            test,
        )
        for seed in flags.seeds
    ]
    if len(accuracies) > 1:
        print(
            f"mean {statistics.mean(accuracies):.4f}, "
            f"standard deviation {statistics.stdev(accuracies):.4f}"
        )


if __name__ == "__main__":
    main()
