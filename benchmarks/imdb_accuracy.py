"""IMDB from raw text: the presets of `TextClassifier` beside TF-IDF.

    python benchmarks/imdb_accuracy.py --data aclImdb_v1.tar.gz --tfidf
    python benchmarks/imdb_accuracy.py --data aclImdb_v1.tar.gz --unlabelled

The first learns from the 25,000 labelled reviews alone, the second trains its
word vectors on the 50,000 unlabelled ones too. Settings were chosen on training
reviews held out; the test reviews are looked at once. `--tfidf` has
scikit-learn's TF-IDF with logistic regression run beside.
"""

import argparse
import statistics
import time

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from han_attention import TextClassifier
from han_attention import load_imdb


def judge(name, classifier, dataset, **options):
    """Train, test and print one line; return the accuracy."""
    start = time.perf_counter()
    classifier.fit(dataset.train.texts, dataset.train.labels, **options)
    trained = time.perf_counter()
    accuracy = classifier.score(dataset.test.texts, dataset.test.labels)
    tested = time.perf_counter()
    print(
        f"{name:32} accuracy {accuracy:.4f}  training "
        f"{trained - start:6.1f} s  test {tested - trained:5.1f} s",
        flush=True,
    )
    return accuracy


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", help="archive or folder; else downloaded")
    parser.add_argument("--preset", default="accurate")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--unlabelled", action="store_true")
    parser.add_argument("--tfidf", action="store_true")
    parser.add_argument("--save", help="folder for the last model")
    flags = parser.parse_args()
    dataset = load_imdb(flags.data, flags.unlabelled)
    if flags.tfidf:
        for name, largest in (("words", 1), ("words and pairs", 2)):
            words = TfidfVectorizer(
                sublinear_tf=True, min_df=2, ngram_range=(1, largest)
            )
            linear = LogisticRegression(max_iter=1000, C=10)
            judge(f"TF-IDF, {name}", make_pipeline(words, linear), dataset)
    accuracies = []
    for seed in flags.seeds:
        classifier = TextClassifier.from_preset(flags.preset, seed=seed)
        name = f"{flags.preset}, seed {seed}"
        accuracies.append(
            judge(name, classifier, dataset, unlabelled=dataset.unlabelled)
        )
    if flags.save:
        classifier.save(flags.save)
    if len(accuracies) > 1:
        print(
            f"mean {statistics.mean(accuracies):.4f}, "
            f"standard deviation {statistics.stdev(accuracies):.4f}"
        )


if __name__ == "__main__":
    main()
