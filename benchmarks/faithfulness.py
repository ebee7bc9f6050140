"""Whether explanations of IMDB reviews mean anything, beside LIME.

    python train_imdb.py --data aclImdb_v1.tar.gz --seed 1 --run-dir published
    python benchmarks/faithfulness.py --data aclImdb_v1.tar.gz \\
        --models published/model --lime-samples 500

For each trained model: the faithfulness of every method and of LIME on the
same test reviews, in one table, and how often each is as fast as LIME. LIME
sees the words that the model sees, each place by itself.
"""

import argparse
import json
import time

import lime.lime_text
import numpy as np

from han_attention import Predictor
from han_attention import load_imdb
from han_attention import measure_faithfulness
from han_attention import plot_faithfulness
from han_attention.explain.explainer import explain_attention


def lime_scores(predictor, texts, samples, seed=0):
    """Scores of the words of each text by LIME, and the seconds of each."""
    explainer = lime.lime_text.LimeTextExplainer(
        # A word can hold a space of another kind: only " " is between words.
        split_expression=lambda text: text.split(" "),
        bow=False,
        mask_string="",
        random_state=seed,
    )
    scores, seconds = [], []
    for explanation in explain_attention(predictor, texts):
        words = [word.text.lower() for word in explanation.words]
        shares = list(explanation.probabilities.values())
        chosen = int(np.argmax(shares))
        start = time.perf_counter()
        found = explainer.explain_instance(
            " ".join(words),
            predictor.predict_proba,
            labels=[chosen],
            num_features=len(words),
            num_samples=samples,
        )
        seconds.append(time.perf_counter() - start)
        of_words = np.zeros(len(words))
        for place, weight in found.as_map()[chosen]:
            of_words[place] = weight
        scores.append(of_words.tolist())
    return scores, seconds


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", help="aclImdb_v1.tar.gz")
    parser.add_argument("--models", nargs="+", required=True)
    parser.add_argument("--reviews", type=int, default=500)
    parser.add_argument("--methods", nargs="+")
    parser.add_argument("--no-tau", action="store_true")
    parser.add_argument(
        "--lime-samples", type=int, default=0, help="0: without LIME"
    )
    parser.add_argument("--plot", help="PNG of the last model")
    flags = parser.parse_args()
    test = load_imdb(flags.data).test
    rows = np.random.default_rng(0).permutation(len(test))[: flags.reviews]
    texts = [test.texts[n] for n in rows]
    for folder in flags.models:
        predictor = Predictor.load(folder)
        labels = [predictor.class_names[test.labels[n]] for n in rows]
        extra, seconds = {}, []
        if flags.lime_samples:
            extra["LIME"], seconds = lime_scores(
                predictor, texts, flags.lime_samples
            )
        report = measure_faithfulness(
            predictor,
            texts,
            labels,
            flags.methods,
            extra,
            tau=not flags.no_tau,
        )
        print(f"## {folder}: accuracy {report.accuracy:.4f}\n")
        print(report.table())
        print(f"\n{report.summary()}")
        if seconds:
            print(f"LIME: {np.median(seconds):.2f} s a review.")
        print(json.dumps(report.to_dict()), flush=True)
        if flags.plot:
            plot_faithfulness(report).savefig(flags.plot, dpi=100)


if __name__ == "__main__":
    main()
