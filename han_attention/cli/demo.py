"""`han-attention demo`: all that there is, once, on generated reviews."""

import argparse
import csv
import shlex
from collections.abc import Sequence
from pathlib import Path

from han_attention.atomic import replace_when_written
from han_attention.cli.common import Commands
from han_attention.cli.common import add_command
from han_attention.cli.explain import shade_words
from han_attention.cli.folders import check_new_file
from han_attention.cli.folders import check_new_folder
from han_attention.cli.keras_import import import_keras
from han_attention.data.demo import NEGATIVE_WORDS
from han_attention.data.demo import POSITIVE_WORDS
from han_attention.data.demo import make_demo_reviews
from han_attention.estimator import TextClassifier
from han_attention.evaluation.tables import epoch_table
from han_attention.explain.explanation import Explanation
from han_attention.explain.render.html.page import save_html
from han_attention.progress import announce

_MODEL, _PAGE = "model", "attention.html"
_TRAIN, _TEST = "reviews.csv", "test.csv"
_ON_PAGE, _IN_TERMINAL = 100, 5  # reviews
# Attention says where the model looks, this what it makes of it.
_SHOWN_METHOD = "contribution"

_DESCRIPTION = f"""Train on generated film reviews, and show what was learned.

{len(POSITIVE_WORDS)} words praise, {len(NEGATIVE_WORDS)} blame, and nothing \
else tells a good review from a bad one.
The model has to find them. It takes half a minute on two cores, downloads
nothing, and writes one folder: the reviews as CSV, the model, and a page of
explained reviews."""

_EXAMPLES = """
han-attention demo
han-attention demo --output somewhere
han-attention demo --output somewhere --overwrite --quiet
"""


def add_parser(commands: Commands) -> None:
    """Add the command `demo`."""
    parser = add_command(commands, "demo", _DESCRIPTION, _EXAMPLES, run)
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        default="demo",
        help="where to write it all (default: %(default)s)",
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace what an earlier demo wrote there; never anything else",
    )


def run(arguments: argparse.Namespace) -> None:
    """Generate, train, test, explain, and say what to try next."""
    folder = Path(arguments.output)
    _check_folder(folder, arguments.overwrite)
    reviews = make_demo_reviews()
    names = reviews.class_names
    train, test = reviews.train, reviews.test
    train_labels = [names[n] for n in train.labels]
    test_labels = [names[n] for n in test.labels]
    _write_csv(folder / _TRAIN, train.texts, train_labels)
    _write_csv(folder / _TEST, test.texts, test_labels)
    print(
        f"Generated film reviews: {len(train):,} to train on, "
        f"{len(test):,} to test with"
    )
    import_keras(arguments.quiet)
    classifier = TextClassifier.from_preset(
        "demo",
        epochs=5,
        validation_fraction=0.1,
        seed=1,
        verbose=not arguments.quiet,
    )
    from han_attention.training.callbacks.epoch_log import EpochLog

    log = [] if arguments.quiet else [EpochLog()]
    classifier.fit(train.texts, train_labels, callbacks=log)
    classifier.save(folder / _MODEL)
    print(epoch_table(classifier.history_))
    announce("testing and explaining", not arguments.quiet)
    accuracy = classifier.score(test.texts, test_labels)
    print(f"Test accuracy {accuracy:.4f}\n")
    explanations = _explain(classifier, test.texts, test_labels)
    save_html(folder / _PAGE, explanations, "Generated film reviews")
    for explanation in _choose_shown(explanations):
        print(shade_words(explanation, _SHOWN_METHOD), end="\n\n")
    print(_describe_next(folder, len(explanations)))


def _check_folder(folder: Path, overwrite: bool) -> None:
    """See that all can be written, and that nothing is lost."""
    model = folder / _MODEL if overwrite else folder
    check_new_folder(str(model), overwrite, "--output")
    for name in (_TRAIN, _TEST, _PAGE):
        check_new_file(str(folder / name))


def _write_csv(path: Path, texts: Sequence[str], labels: Sequence[str]) -> None:
    with (
        replace_when_written(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["text", "label"])
        writer.writerows(zip(texts, labels, strict=True))


def _explain(
    classifier: TextClassifier, texts: Sequence[str], labels: Sequence[str]
) -> list[Explanation]:
    # For a model of Keras, which is imported by now.
    from han_attention.explain.explainer import Explainer

    return classifier.explain(
        texts[:_ON_PAGE],
        labels[:_ON_PAGE],
        Explainer(classifier.predictor_).page_methods,
    )


def _choose_shown(explanations: Sequence[Explanation]) -> list[Explanation]:
    """The shortest reviews that both praise and blame."""

    def is_mixed(explanation: Explanation) -> bool:
        words = {word.text for word in explanation.words}
        return all(map(words.intersection, (POSITIVE_WORDS, NEGATIVE_WORDS)))

    mixed = filter(is_mixed, explanations)
    return sorted(mixed, key=lambda x: len(x.text))[:_IN_TERMINAL]


def _describe_next(folder: Path, num_explained: int) -> str:
    """What was written, and commands that use it."""
    model, page, train, test = (
        shlex.quote(str(folder / name))
        for name in (_MODEL, _PAGE, _TRAIN, _TEST)
    )
    return f"""\
Written  {page}, {num_explained} reviews to open in a browser
         {train}, {test}
         {model}

Try      han-attention explain {model} --text "Superb, but dull and lazy."
         han-attention predict {model} {test} --output labels.csv
         han-attention train {train} --preset demo --model my-model

A CSV of yours with the columns text and label is trained on like {train}."""
