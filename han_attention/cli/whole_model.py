"""`han-attention explain --global` and `--mistakes`: the model as a whole."""

import argparse
from collections.abc import Sequence
from itertools import count
from typing import Any

from han_attention.cli.common import note
from han_attention.cli.common import to_json
from han_attention.estimator import TextClassifier
from han_attention.evaluation.mistakes import find_mistakes
from han_attention.evaluation.mistakes import predict_out_of_fold
from han_attention.evaluation.tables import display_name
from han_attention.evaluation.tables import draw_table
from han_attention.progress import announce

_WORDS = 10  # of each class, in the table
_MISTAKES = 20  # in the table
_SHOWN = 60  # characters of a text


def show_global_words(
    arguments: argparse.Namespace,
    classifier: TextClassifier,
    texts: Sequence[str],
) -> Any:
    """Print the words of each class, draw them with `--plot`.

    Returns:
        The `GlobalExplanation`, for the page.
    """
    # They need Keras, which is imported by now.
    from han_attention.explain.explainer import Explainer
    from han_attention.explain.globally import explain_globally
    from han_attention.explain.render.global_figure import save_global_figure

    announce(f"reading {len(texts):,} texts", not arguments.quiet)
    found = explain_globally(Explainer(classifier.predictor_), texts)
    if arguments.plot:
        save_global_figure(found, arguments.plot)
    if arguments.json:
        print(to_json(found.to_dict()))
        return found
    rows = [["Class", "word", "adds in all", "in each", "texts", "example"]]
    for name, words in found.words.items():
        for word in words[:_WORDS]:
            rows.append(
                [
                    display_name(name),
                    display_name(word.text),
                    f"{word.total:.1f}",
                    f"{word.mean:.2f}",
                    f"{word.num_texts:,}",
                    display_name(word.example, 2 * _SHOWN),
                ]
            )
    print(draw_table(rows, left=2))
    if arguments.plot:
        print(f"Written  {arguments.plot}")
    return found


def show_mistakes(
    arguments: argparse.Namespace,
    classifier: TextClassifier,
    texts: Sequence[str],
    labels: Sequence[Any],
) -> None:
    """Train without a part of the texts at a time, and print what is wrong.

    Raises:
        ValueError: for a model of several labels a text.
    """
    if classifier.multi_label:
        raise ValueError("Expected --mistakes with one label a text.")
    folds, numbers = arguments.folds, count(1)
    settings = classifier.to_dict() | {"tensorboard": False, "verbose": False}

    def make() -> TextClassifier:
        one = f"model {next(numbers)} of {folds}"
        note(arguments, f"training {one}, each without a part of the texts")
        return TextClassifier.from_dict(settings)

    probabilities, classes = predict_out_of_fold(make, texts, labels, folds)
    found = find_mistakes(probabilities, labels, classes)
    if arguments.json:
        for one in found:
            print(to_json({**vars(one), "text": texts[one.row]}))
        return
    rows = [["Row", "label", "probability", "rather", "text"]]
    for one in found[:_MISTAKES]:
        text = display_name(" ".join(texts[one.row].split()), _SHOWN)
        rows.append(
            [
                str(one.row + 1),
                display_name(one.label),
                f"{one.probability:.3f}",
                display_name(one.suggestion),
                text,
            ]
        )
    if found:
        print(draw_table(rows, left=2))
    print(f"{len(found):,} of {len(texts):,} labels are probably wrong")
