"""The learning rate of the preset `han-paper`, which the paper does not give.

    python benchmarks/han_paper_rate.py --imdb aclImdb_v1.tar.gz

Trains on some of the training reviews with each rate, and prints what a tenth
of them, held out, says after each epoch. The test reviews are not looked at.
"""

import argparse

import numpy as np

from han_attention import TextClassifier
from han_attention import load_imdb


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--imdb", help="aclImdb_v1.tar.gz")
    parser.add_argument("--reviews", type=int, default=25_000)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument(
        "--rates", type=float, nargs="+", default=[0.03, 0.1, 0.3, 1.0]
    )
    parser.add_argument("--seed", type=int, default=1)
    flags = parser.parse_args()
    dataset = load_imdb(flags.imdb)
    train = dataset.train
    rows = np.random.default_rng(flags.seed).permutation(len(train))
    texts = [train.texts[n] for n in rows[: flags.reviews]]
    labels = [train.labels[n] for n in rows[: flags.reviews]]
    for rate in flags.rates:
        classifier = TextClassifier.from_preset(
            "han-paper",
            learning_rate=rate,
            epochs=flags.epochs,
            seed=flags.seed,
            verbose=False,
        )
        classifier.fit(texts, labels)
        for name in ("loss", "val_loss", "val_accuracy"):
            values = [epoch[name] for epoch in classifier.history_]
            print(f"{rate:5} {name:13}", *[f"{x:.4f}" for x in values])


if __name__ == "__main__":
    main()
