"""What attention is worth: HN-ATT, HN-AVE, HN-MAX and the flat classifier.

    python benchmarks/han_poolings.py --imdb aclImdb_v1.tar.gz \\
        --newsgroups 20news-bydate-train.jsonl.gz 20news-bydate-test.jsonl.gz \\
        --results han_poolings.jsonl

Three tasks: the sentiment of IMDB, its 8 ratings, and 20 Newsgroups. For each
task word vectors are trained once on the training texts; every model starts
from them, leaves them as they are, and has about the same number of other
parameters. A tenth of the training
texts is held out: the epoch that judges them best is tested. With `--validate`
the test texts are not looked at.

Each training adds a line to `--results`; what is there is not trained again,
so an interrupted run goes on. At the end a table is printed, in Markdown.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from han_attention import TextClassifier
from han_attention import Tokenizer
from han_attention import load_imdb
from han_attention import load_jsonl
from han_attention import train_word_vectors

_HAN = {"architecture": "hierarchical", "rnn_units": 50}
MODELS = {
    "flat": {"architecture": "flat", "rnn_units": 85},
    "HN-AVE": _HAN | {"pooling": "mean"},
    "HN-MAX": _HAN | {"pooling": "max"},
    "HN-ATT": _HAN,
}
# Chosen on held-out training texts.
SETTINGS = {
    "sentiment": {"epochs": 2, "frozen_epochs": 2},
    "rating": {"epochs": 2, "frozen_epochs": 2},
    "newsgroups": {"epochs": 6, "frozen_epochs": 6},
}
TASKS = ("sentiment", "rating", "newsgroups")


def load(task, flags):
    """Texts and labels to train on, and to test on."""
    if task == "newsgroups":
        return tuple(load_jsonl(path) for path in flags.newsgroups)
    dataset = load_imdb(flags.imdb, labels=task)
    return tuple(
        (split.texts, [dataset.class_names[n] for n in split.labels])
        for split in (dataset.train, dataset.test)
    )


def write_vectors(path, texts, settings):
    """Word vectors of the texts as a text file, one word per line."""
    tokenizer = Tokenizer.train(
        texts,
        settings["vocabulary_size"],
        min_count=settings["min_word_count"],
    )
    vectors = train_word_vectors(
        texts, tokenizer, dim=settings["embedding_dim"], seed=1, verbose=False
    )
    with path.open("w", encoding="utf-8") as file:
        for number, word in enumerate(tokenizer.vocabulary):
            row = " ".join(f"{x:.6f}" for x in vectors.matrix[number])
            file.write(f"{word} {row}\n")


def run(task, model, seed, settings, data, validate):
    """Train one model, test it, and say how it went."""
    classifier = TextClassifier(**settings | MODELS[model] | {"seed": seed})
    train, test = data
    start = time.perf_counter()
    classifier.fit(*train)
    epochs = classifier.history_
    return {
        "task": task,
        "model": model,
        "seed": seed,
        "parameters": classifier.predictor_.model.count_params(),
        "validation": max(epoch["val_accuracy"] for epoch in epochs),
        "test": None if validate else classifier.score(*test),
        "epochs": len(epochs),
        "examples_per_second": statistics.median(
            epoch["examples_per_second"] for epoch in epochs
        ),
        "seconds": round(time.perf_counter() - start, 1),
    }


def table(results, seeds):
    """Mean and standard deviation over the seeds, as Markdown."""
    lines = [
        "| | " + " | ".join(TASKS) + " |",
        "|---" * (1 + len(TASKS)) + "|",
    ]
    for model in MODELS:
        cells = []
        for task in TASKS:
            scores = [
                100 * (r["validation"] if r["test"] is None else r["test"])
                for r in results
                if (r["task"], r["model"]) == (task, model)
                and r["seed"] in seeds
            ]
            spread = statistics.stdev(scores) if len(scores) > 1 else 0.0
            mean = f"{statistics.mean(scores):.1f}" if scores else ""
            cells.append(f"{mean} ± {spread:.1f}" if scores else "")
        lines.append(f"| {model} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--imdb", help="aclImdb_v1.tar.gz")
    parser.add_argument("--newsgroups", nargs=2, metavar=("TRAIN", "TEST"))
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=TASKS)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=MODELS)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--validate", action="store_true")
    flags = parser.parse_args()
    results = []
    if flags.results.exists():
        lines = flags.results.read_text(encoding="utf-8").splitlines()
        results = [json.loads(line) for line in lines]
    done = {(r["task"], r["model"], r["seed"]) for r in results}
    for task in flags.tasks:
        missing = [
            (model, seed)
            for seed in flags.seeds
            for model in flags.models
            if (task, model, seed) not in done
        ]
        if not missing:
            continue
        data = load(task, flags)
        with tempfile.TemporaryDirectory() as folder:
            vectors = Path(folder) / "vectors.txt"
            settings = TextClassifier.from_preset("han").get_params()
            settings |= {"pretrain_vectors": False, "verbose": False}
            settings |= SETTINGS[task]
            settings["word_vectors"] = str(vectors)
            write_vectors(vectors, data[0][0], settings)
            for model, seed in missing:
                result = run(task, model, seed, settings, data, flags.validate)
                results.append(result)
                with flags.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(result) + "\n")
                print(json.dumps(result), flush=True)
    print(table(results, flags.seeds))


if __name__ == "__main__":
    main()
