"""The figures of the paper on IMDB, and whether the model needs its attention.

    python benchmarks/han_figures.py --imdb aclImdb_v1.tar.gz --output figures

Trains preset `han` on the sentiment of the training reviews, explains test
reviews, and writes figures 3 and 4 of Yang et al. (the attention weight of
"good" and "bad", in all reviews and for each rating) and 5 and 6 (a review
with the weights of its sentences and words).

Then it takes the attention away from the trained model: with a context vector
of zeros all words of a sentence, or all sentences, weigh the same. What the
accuracy loses is what the model needs its attention for. Beside it stands the
perplexity of the weights as a share of the number of words or sentences: 1 is
uniform.
"""

import argparse
from pathlib import Path

import numpy as np

from han_attention import TextClassifier
from han_attention import attention_of_word
from han_attention import document_weights
from han_attention import load_imdb
from han_attention.explain.faithfulness.uniform_attention import (
    with_uniform_attention,
)
from han_attention.explain.render.figures import plot_document
from han_attention.explain.render.figures import plot_word_attention

LEVELS = ("word_attention", "sentence_attention")


def plot(explanations, ratings, words, output):
    """Write the figures, and print the mean weights by rating."""
    for word in words:
        weights = attention_of_word(explanations, word, ratings)
        figure = plot_word_attention(weights, max_weight=1.0)
        figure.savefig(output / f"{word}.png", dpi=100)
        means = {
            rating: round(float(group.weights.mean()), 3)
            for rating, group in weights.by_group().items()
        }
        print(f"{word!r}: {len(weights.weights)} times, mean weight {means}")
    short = [e for e in explanations if 4 <= len(e.sentences) <= 8]
    chosen = max(short, key=lambda e: max(s.weight for s in e.sentences))
    plot_document(chosen).savefig(output / "document.png", dpi=100)


def measure_uniformity(explanations):
    """Perplexity of the weights over their number: words, sentences."""
    of_words, of_sentences = [], []
    for explanation in explanations:
        sentences = document_weights(explanation)
        of_sentences.append([s.weight for s in sentences])
        of_words += [
            [word.weight_in_sentence for word in sentence.words]
            for sentence in sentences
        ]
    return [
        float(np.mean([_perplexity(w) / len(w) for w in rows if len(w) > 1]))
        for rows in (of_words, of_sentences)
    ]


def _perplexity(weights):
    weights = np.array(weights)
    weights = weights[weights > 0]
    return np.exp(-(weights * np.log(weights)).sum())


def accuracy_without(classifier, texts, labels, levels):
    """Accuracy with uniform weights at some levels."""
    uniform = with_uniform_attention(classifier.predictor_, levels)
    predicted = uniform.predict(texts)
    return float(
        np.mean([a == b for a, b in zip(predicted, labels, strict=True)])
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--imdb", help="aclImdb_v1.tar.gz")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--reviews", type=int, default=5_000)
    parser.add_argument("--words", nargs="+", default=["good", "bad"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, help="default: of the preset")
    flags = parser.parse_args()
    flags.output.mkdir(parents=True, exist_ok=True)
    sentiment = load_imdb(flags.imdb)
    rating = load_imdb(flags.imdb, labels="rating")
    epochs = {"epochs": flags.epochs} if flags.epochs else {}
    classifier = TextClassifier.from_preset(
        "han", seed=flags.seed, verbose=False, **epochs
    )
    classifier.fit(sentiment.train.texts, sentiment.train.labels)
    rows = np.random.default_rng(0).permutation(len(sentiment.test))
    rows = rows[: flags.reviews]
    texts = [sentiment.test.texts[n] for n in rows]
    labels = [sentiment.test.labels[n] for n in rows]
    ratings = [int(rating.class_names[rating.test.labels[n]]) for n in rows]
    explanations = classifier.explain(texts, labels)
    plot(explanations, ratings, flags.words, flags.output)
    words, sentences = measure_uniformity(explanations)
    print(f"perplexity: words {words:.2f}, sentences {sentences:.2f}")
    for name, levels in (
        ("as trained", ()),
        ("uniform words", LEVELS[:1]),
        ("uniform sentences", LEVELS[1:]),
        ("both uniform", LEVELS),
    ):
        accuracy = accuracy_without(classifier, texts, labels, levels)
        print(f"{name:18} accuracy {accuracy:.4f}")


if __name__ == "__main__":
    main()
