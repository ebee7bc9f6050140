"""Predicting raw texts, beside `keras.Model.predict` on padded arrays.

    python benchmarks/predict_speed.py --data aclImdb_v1.tar.gz

One untrained model of the default size predicts the same reviews both ways in
turns: `TextClassifier` from strings, in batches of like length; the same model
exported, without Keras; and plain `model.predict` on ids padded to the longest
review, which are made before the clock starts. Encoding alone is timed as well,
and one review of 250 words alone.
"""

import argparse
import statistics
import time
from tempfile import TemporaryDirectory

import numpy as np

from han_attention import OnnxPredictor
from han_attention import Predictor
from han_attention import Tokenizer
from han_attention import build_classifier
from han_attention import encode_texts
from han_attention import load_imdb
from han_attention.export import export_model


def seconds(function, *arguments, **options):
    start = time.perf_counter()
    function(*arguments, **options)
    return time.perf_counter() - start


def show(name, rates):
    print(
        f"{name:24} median {statistics.median(rates):8.1f} reviews/s, "
        f"{min(rates):.1f} to {max(rates):.1f}"
    )


def show_ratio(name, slow, fast):
    ratios = [b / a for a, b in zip(slow, fast, strict=True)]
    print(
        f"{name}: median {statistics.median(ratios):.2f}, "
        f"{min(ratios):.2f} to {max(ratios):.2f}"
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
    with TemporaryDirectory() as name:
        exported = OnnxPredictor.load(export_model(predictor, f"{name}/onnx"))
    plain, ours, onnx = [], [], []
    for n in range(flags.rounds + 1):
        spent = (
            seconds(model.predict, padded, batch_size=64, verbose=0),
            seconds(predictor.predict_proba, texts),
            seconds(exported.predict_proba, texts),
        )
        if n:  # the first round compiles
            for rates, each in zip((plain, ours, onnx), spent, strict=True):
                rates.append(len(texts) / each)
    show(f"predict, T = {padded.shape[1]}", plain)
    show("from strings", ours)
    show("from strings, exported", onnx)
    show_ratio("from strings over predict", plain, ours)
    show_ratio("exported over predict", plain, onnx)
    review = [" ".join(" ".join(texts).split()[:250])]
    alone = [
        [1 / seconds(each.predict, review) for each in (predictor, exported)]
        for _ in range(50)
    ]
    show_ratio("one review, exported over Keras", *zip(*alone, strict=True))


if __name__ == "__main__":
    main()
