"""`han-attention explain`: which words made each prediction."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

from han_attention.cli.common import Commands
from han_attention.cli.common import add_command
from han_attention.cli.common import add_model_argument
from han_attention.cli.common import note
from han_attention.cli.faithfulness import measure
from han_attention.cli.folders import check_new_file
from han_attention.cli.folders import check_plots
from han_attention.cli.folders import find_present
from han_attention.cli.folders import load_classifier
from han_attention.cli.folders import name_written
from han_attention.cli.folders import open_model
from han_attention.cli.reading import label_reader
from han_attention.cli.reading import note_bad_rows
from han_attention.cli.reading import open_files
from han_attention.cli.reading import read_texts
from han_attention.cli.reading_flags import DATA_HELP
from han_attention.cli.reading_flags import add_output_flags
from han_attention.cli.reading_flags import add_reading_flags
from han_attention.cli.whole_model import show_global_words
from han_attention.cli.whole_model import show_mistakes
from han_attention.data.text_files import Record
from han_attention.explain.explanation import Explanation
from han_attention.explain.methods import METHODS
from han_attention.explain.render.html.page import save_html
from han_attention.explain.render.neat_vision import save_neat_vision
from han_attention.explain.render.terminal import to_ansi
from han_attention.inference.model_card import describe_attention
from han_attention.inference.model_card import describe_model
from han_attention.inference.model_card import has_no_attention
from han_attention.inference.saved_model import SavedModel
from han_attention.progress import announce

_LIMIT = 100  # texts that are explained unasked

_DESCRIPTION = """Explain predictions by the words that weigh most.

The texts come from files, from --text, or from stdin, one a line. Where files
have labels a page also shows which predictions are right.

Attention tells where the model looked, "contribution" what each word adds to
the result, "gradient_x_input" about what the result would lose without it.
Whether that means anything tells --faithfulness, on the texts of files: how far
the probability falls without the words a method points to."""

_EXAMPLES = """
han-attention explain model --text "What a fine film, but for its end"
han-attention explain model test.csv --label-column label --html a.html
han-attention explain model test.csv --global --plot words.png --html a.html
han-attention explain model train.csv --mistakes --output m.csv --keep id
han-attention explain model test.csv --faithfulness --plot faithfulness.png
"""


def add_parser(commands: Commands) -> None:
    """Add the command `explain`."""
    parser = add_command(commands, "explain", _DESCRIPTION, _EXAMPLES, run)
    add_model_argument(parser)
    parser.add_argument(
        "files", metavar="DATA", nargs="*", help=f"{DATA_HELP}, or .txt"
    )
    parser.add_argument(
        "--text",
        metavar="TEXT",
        nargs="+",
        action="extend",
        default=[],
        help="explain these texts, and no file",
    )
    parser.add_argument(
        "--data",
        metavar="DATA",
        nargs="+",
        action="extend",
        default=[],
        help="the same as DATA",
    )
    parser.add_argument(
        "--limit",
        metavar="N",
        type=int,
        help=f"explain the first N texts of files or stdin (default: {_LIMIT})",
    )
    parser.add_argument(
        "--html", metavar="PAGE", help="write a page of shaded texts"
    )
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    parser.add_argument(
        "--method",
        action="append",
        choices=METHODS,
        metavar="METHOD",
        help="how words are scored, of several the last is printed: "
        + "; ".join(f"{m.name}, {m.description}" for m in METHODS.values())
        + " (default: what the page shows)",
    )
    parser.add_argument(
        "--neat-vision", metavar="PATH", help="write a file for neat-vision"
    )
    _add_whole_flags(parser)
    add_output_flags(parser, "write what --mistakes found")
    add_reading_flags(parser, labels=True)


def _add_whole_flags(parser: argparse.ArgumentParser) -> None:
    """Flags for what is said of a model as a whole."""
    parser.add_argument(
        "--faithfulness",
        action="store_true",
        help="measure the methods beside random words, and print a table",
    )
    parser.add_argument(
        "--global",
        dest="whole",
        action="store_true",
        help="the words that speak most for each class over all texts",
    )
    parser.add_argument(
        "--mistakes",
        action="store_true",
        help="the texts most likely labelled wrongly, by models trained as "
        "this one without them",
    )
    parser.add_argument(
        "--folds",
        metavar="N",
        type=int,
        default=5,
        help="models that --mistakes trains (default: %(default)s)",
    )
    parser.add_argument(
        "--plot",
        metavar="PATH",
        help="draw what --faithfulness or --global found (PNG)",
    )


def run(arguments: argparse.Namespace) -> None:
    """Explain text by text, or measure what explanations are worth."""
    needs_keras = arguments.faithfulness or arguments.mistakes
    saved = open_model(arguments.model, exported=not needs_keras)
    _check_flags(arguments)
    outputs = (arguments.html, arguments.neat_vision, arguments.plot)
    for path in (*outputs, arguments.output):
        check_new_file(path)
    check_plots(arguments.plot)
    present = find_present((*outputs, arguments.output))
    announce("reading", not arguments.quiet)
    texts, labels, places = _read(arguments, saved)
    classifier = load_classifier(saved, arguments.quiet)
    if arguments.faithfulness:
        known = labels if labels and None not in labels else None
        measure(arguments, classifier, texts, known)
        return
    if arguments.mistakes:
        show_mistakes(arguments, classifier, texts, labels or (), places)
        if arguments.output:
            note(arguments, name_written(arguments.output, present))
        return
    words = None
    if arguments.whole:
        words = show_global_words(arguments, classifier, texts)
        if not arguments.html:
            return
        limit = arguments.limit or _LIMIT
        texts = texts[:limit]
        labels = None if labels is None else labels[:limit]
    # For a model of Keras, which is imported by now.
    from han_attention.explain.explainer import Explainer

    announce(f"explaining {len(texts):,} texts", not arguments.quiet)
    explainer = Explainer(classifier.predictor_)
    methods = arguments.method or explainer.page_methods
    if has_no_attention(saved.training) and "attention" in methods:
        note(arguments, describe_attention(saved.training))
    explanations = explainer(texts, labels, methods)
    if arguments.html:
        title = describe_model(
            arguments.model, saved.training, saved.multi_label
        )
        if has_no_attention(saved.training):
            title += f". {describe_attention(saved.training)}"
        save_html(arguments.html, explanations, title, words)
    if arguments.neat_vision:
        save_neat_vision(arguments.neat_vision, explanations)
    written = [x for x in (arguments.html, arguments.neat_vision) if x]
    if arguments.json:
        for explanation in [] if arguments.whole else explanations:
            print(explanation.to_json())
        return
    for path in written:
        print(name_written(path, present))
    if not written:
        print("\n\n".join(shade_words(x, x.methods[-1]) for x in explanations))


def shade_words(explanation: Explanation, method: str) -> str:
    """The text with its words shaded; on a terminal that wants it, in colours.

    Of several predicted labels, once for each.

    Args:
        explanation: Of a text.
        method: One of its methods.
    """
    color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    width = max(min(shutil.get_terminal_size().columns, 100), 20)
    predicted = explanation.prediction
    several = isinstance(predicted, list) and len(predicted) > 1
    return "\n\n".join(
        to_ansi(explanation, method, name, width, color)
        for name in (predicted if several else [None])
    )


def _check_flags(arguments: argparse.Namespace) -> None:
    """Raise a ValueError for flags that do not go together."""
    if arguments.limit is not None and arguments.limit < 1:
        raise ValueError(
            "Invalid value for argument `limit`. Expected a positive integer. "
            f"Received: limit={arguments.limit}"
        )
    chosen = (arguments.faithfulness, arguments.whole, arguments.mistakes)
    if sum(chosen) > 1:
        raise ValueError(
            "Expected one of --faithfulness, --global and --mistakes."
        )
    given = arguments.files + arguments.data
    if arguments.mistakes and (arguments.plot or not given):
        raise ValueError("Expected --mistakes with labelled files alone.")
    if not arguments.mistakes and (arguments.output or arguments.keep):
        raise ValueError(
            "--output and --keep go only with --mistakes; a page takes --html."
        )
    if arguments.faithfulness or arguments.mistakes:
        if arguments.html or arguments.neat_vision:
            raise ValueError(
                "Expected --faithfulness, --mistakes or a page. Received: both"
            )
        return
    if arguments.plot and not arguments.whole:
        raise ValueError(
            "Expected --plot with --faithfulness or --global alone."
        )
    if arguments.text and given:
        raise ValueError("Expected files or --text. Received: both")


def _read(
    arguments: argparse.Namespace, saved: SavedModel
) -> tuple[list[str], list[Any] | None, list[Record]]:
    """The texts, their labels if there are some, and where they stand."""
    if arguments.text:
        return arguments.text, None, []
    paths = arguments.files + arguments.data
    if not paths or paths == ["-"]:
        return _first(arguments, read_texts(arguments, paths)), None, []
    named = arguments.label_column or arguments.label_columns
    try:
        files = open_files(
            arguments,
            paths,
            need_labels=True if named or arguments.mistakes else "optional",
            multi_label=saved.multi_label,
            trained_columns=saved.columns,
        )
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{error}; a text needs --text") from None
    read = label_reader(saved.class_names)
    found = _first(arguments, files.usable_records())
    note_bad_rows(arguments, files.bad_rows)
    records, rows = [list(each) for each in zip(*found, strict=True)]
    texts = [row.text for row in rows]
    labels = [None if row.label is None else read(row.label) for row in rows]
    known = any(label is not None for label in labels)
    return texts, labels if known else None, records


def _first(arguments: argparse.Namespace, items: Iterator[Any]) -> list[Any]:
    if arguments.whole or arguments.mistakes:
        return list(items)
    first = list(islice(items, arguments.limit or _LIMIT))
    if arguments.limit is None and next(items, None) is not None:
        note(
            arguments,
            f"the first {_LIMIT} texts are explained, and there are more: "
            "--limit says how many",
        )
    return first
