"""Predicting raw texts, beside `keras.Model.predict` on padded arrays.

    python benchmarks/predict_speed.py --data aclImdb_v1.tar.gz

One untrained model of the default size predicts the same reviews both ways in
turns: `TextClassifier` from strings, in batches of like length; and plain
`model.predict` on ids padded to the longest review, which are made before the
clock starts. Encoding alone is timed as well.
"""

import argparse
import statistics
import time

import numpy as np

from han_attention import Predictor
from han_attention import Tokenizer
from han_attention import build_classifier
from han_attention import encode_texts
from han_attention import load_imdb


def seconds(function, *arguments, **options):
    start = time.perf_counter()
    function(*arguments, **options)
    return time.perf_counter() - start


def show(name, rates):
    print(
        f"{name:24} median {statistics.median(rates):8.1f} reviews/s, "
        f"{min(rates):.1f} to {max(rates):.1f}"
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", help="archive or folder; else downloaded")
    parser.add_argument("--reviews", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    flags = parser.parse_args()
    texts = load_imdb(flags.data).test.texts
    tokenizer = Tokenizer.train(texts, 20_000)
    rates = [
        len(texts) / seconds(encode_texts, tokenizer, texts)
        for _ in range(flags.rounds)
    ]
    show("encoding", rates)
    chosen = np.random.default_rng(0).permutation(len(texts))[: flags.reviews]
    texts = [texts[n] for n in chosen]
    model = build_classifier(20_000, rnn_units=64, attention_units=64)
    predictor = Predictor(model, tokenizer, ["negative", "positive"])
    padded = encode_texts(tokenizer, texts).padded()
    plain, ours = [], []
    for n in range(flags.rounds + 1):
        a = seconds(model.predict, padded, batch_size=64, verbose=0)
        b = seconds(predictor.predict_proba, texts)
        if n:  # the first round compiles
            plain.append(len(texts) / a)
            ours.append(len(texts) / b)
    show(f"predict, T = {padded.shape[1]}", plain)
    show("from strings", ours)
    ratios = [b / a for a, b in zip(plain, ours, strict=True)]
    print(
        f"ratio median {statistics.median(ratios):.2f}, "
        f"{min(ratios):.2f} to {max(ratios):.2f}"
    )


if __name__ == "__main__":
    main()
