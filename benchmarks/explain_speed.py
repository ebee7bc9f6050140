"""Explaining IMDB reviews beside predicting them.

    python benchmarks/explain_speed.py --data aclImdb_v1.tar.gz \\
        --model published/model

Both from strings, in turn, several times: attention and contribution of every
word against the probabilities alone. Then the other methods, on fewer reviews.
"""

import argparse
import statistics
import time

from han_attention import Predictor
from han_attention import load_imdb
from han_attention.explain.explainer import Explainer
from han_attention.explain.methods import METHODS


def seconds(function, *arguments):
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", help="aclImdb_v1.tar.gz")
    parser.add_argument("--model", required=True)
    parser.add_argument("--reviews", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    flags = parser.parse_args()
    predictor = Predictor.load(flags.model)
    texts = load_imdb(flags.data).test.texts[: flags.reviews]
    explainer = Explainer(predictor)
    pairs = []
    for _ in range(flags.rounds + 1):
        pairs.append(
            (
                seconds(predictor.predict_proba, texts),
                seconds(explainer, texts),
            )
        )
    pairs = pairs[1:]  # the first compiles
    ratios = [explained / predicted for predicted, explained in pairs]
    for name, number in (("predict", 0), ("explain", 1)):
        rate = [len(texts) / pair[number] for pair in pairs]
        print(f"{name:22}{statistics.median(rate):8.0f} reviews/s")
    print(
        f"explain over predict: {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f}, {len(ratios)} pairs)"
    )
    few = texts[:32]
    for method in explainer.methods:
        if METHODS[method].with_prediction:
            continue
        times = [seconds(explainer, few, None, [method]) for _ in range(2)]
        print(f"{method:22}{len(few) / times[1]:8.1f} reviews/s")


if __name__ == "__main__":
    main()
