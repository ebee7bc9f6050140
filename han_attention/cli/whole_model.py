"""`han-attention explain --global` and `--mistakes`: the model as a whole."""

import argparse
from collections.abc import Sequence
from itertools import count
from typing import Any

from han_attention.cli.common import note
from han_attention.cli.common import to_json
from han_attention.data.text_files import Record
from han_attention.estimator import TextClassifier
from han_attention.evaluation.mistakes import Mistake
from han_attention.evaluation.mistakes import find_mistakes
from han_attention.evaluation.mistakes import predict_out_of_fold
from han_attention.evaluation.tables import display_name
from han_attention.evaluation.tables import draw_table
from han_attention.evaluation.tables import list_names
from han_attention.inference.output import write_rows
from han_attention.inference.records import FILE
from han_attention.inference.records import ROW
from han_attention.inference.records import TEXT
from han_attention.inference.records import describe_place
from han_attention.json_text import replace_non_finite
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
    if never := [display_name(name) for name in found.never_predicted]:
        print(f"Never predicted for these texts: {list_names(never)}")
    if arguments.plot:
        print(f"Written  {arguments.plot}")
    return found


def show_mistakes(
    arguments: argparse.Namespace,
    classifier: TextClassifier,
    texts: Sequence[str],
    labels: Sequence[Any],
    records: Sequence[Record],
) -> None:
    """Train without a part of the texts at a time, and print what is wrong.

    With `--output` it is written too, a row for each.

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
    rows = [_describe_mistake(one, records[one.row], texts) for one in found]
    if arguments.output:
        write_rows(arguments.output, rows, raw=arguments.raw)
    if arguments.json:
        for row in rows:
            print(to_json(replace_non_finite(row)))
        return
    if found:
        print(_to_table(rows[:_MISTAKES]))
    print(f"{len(found):,} of {len(texts):,} labels are probably wrong")


def _describe_mistake(
    mistake: Mistake, record: Record, texts: Sequence[str]
) -> dict[str, Any]:
    """A row that can be joined to the row it is of."""
    said = vars(mistake) | {TEXT: texts[mistake.row]}
    del said[ROW]  # among the texts: the record knows it in its file
    return describe_place(record, (FILE, ROW, *said)) | said


def _to_table(rows: Sequence[dict[str, Any]]) -> str:
    several = len({row[FILE] for row in rows}) > 1
    lines = [["Row", "label", "probability", "rather", "text"]]
    for row in rows:
        text = " ".join(row[TEXT].split())
        lines.append(
            [
                f"{row[FILE]}:{row[ROW]}" if several else str(row[ROW]),
                display_name(row["label"]),
                f"{row['probability']:.3f}",
                display_name(row["suggestion"]),
                display_name(text, _SHOWN),
            ]
        )
    return draw_table(lines, left=2)
