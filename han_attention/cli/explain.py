"""`han-attention explain`: which words made each prediction."""

import argparse
from collections.abc import Iterator
from itertools import islice
from typing import Any

from han_attention.cli.common import Commands
from han_attention.cli.common import add_command
from han_attention.cli.common import note
from han_attention.cli.folders import check_model
from han_attention.cli.folders import check_new_file
from han_attention.cli.folders import load_classifier
from han_attention.cli.reading import DATA_HELP
from han_attention.cli.reading import add_reading_flags
from han_attention.cli.reading import label_reader
from han_attention.cli.reading import open_files
from han_attention.cli.reading import read_texts
from han_attention.explain.explanation import Explanation
from han_attention.explain.html import save_html
from han_attention.model_folder import PredictorConfig
from han_attention.training.report_text import display_name

_DESCRIPTION = """Explain predictions by the words that weigh most.

The texts are arguments, or come from --data, or from stdin, one a line. With
--label-column a page also shows which predictions are right."""

_EXAMPLES = """
han-attention explain model "What a fine film, but for its end"
han-attention explain model --data test.csv --label-column label --html a.html
cat texts.txt | han-attention explain model --json > explanations.jsonl
"""

_WORDS_SHOWN = 10


def add_parser(commands: Commands) -> None:
    """Add the command `explain`."""
    parser = add_command(commands, "explain", _DESCRIPTION, _EXAMPLES, run)
    parser.add_argument(
        "model", metavar="MODEL", help="folder of a trained model"
    )
    parser.add_argument(
        "texts", metavar="TEXT", nargs="*", help="what to explain"
    )
    parser.add_argument("--data", metavar="DATA", help=f"{DATA_HELP}, or .txt")
    parser.add_argument(
        "--limit",
        metavar="N",
        type=int,
        default=100,
        help="explain the first N texts of --data or stdin "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--html", metavar="PAGE", help="write a page of shaded texts"
    )
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    add_reading_flags(parser, labels=True)


def run(arguments: argparse.Namespace) -> None:
    """Explain text by text."""
    config = check_model(arguments.model, exported=False)
    check_new_file(arguments.html)
    texts, labels = _read(arguments, config)
    classifier = load_classifier(arguments.model)
    explanations = classifier.explain(texts, labels)
    if arguments.html:
        save_html(arguments.html, explanations, f"Attention: {arguments.model}")
    if arguments.json:
        for explanation in explanations:
            print(explanation.to_json())
    elif arguments.html:
        print(f"Written  {arguments.html}")
    else:
        print("\n\n".join(map(_to_text, explanations)))


def _read(
    arguments: argparse.Namespace, config: PredictorConfig
) -> tuple[list[str], list[Any] | None]:
    """The texts, and their labels if a column was named."""
    if arguments.limit < 1:
        raise ValueError(
            "Invalid value for argument `limit`. Expected a positive integer. "
            f"Received: limit={arguments.limit}"
        )
    if arguments.texts and arguments.data:
        raise ValueError("Expected texts or --data. Received: both")
    if arguments.texts:
        return arguments.texts, None
    if arguments.data and arguments.label_column:
        files = open_files(
            arguments,
            arguments.data,
            need_labels=True,
            multi_label=config.multi_label,
        )
        read = label_reader(config.class_names)
        rows = _first(arguments, iter(files))
        return [row.text for row in rows], [read(row.label) for row in rows]
    data = [arguments.data] if arguments.data else []
    return _first(arguments, read_texts(arguments, data)), None


def _first(arguments: argparse.Namespace, items: Iterator[Any]) -> list[Any]:
    first = list(islice(items, arguments.limit))
    if next(items, None) is not None:
        note(
            arguments,
            f"only the first {arguments.limit} texts are explained; "
            "--limit takes more",
        )
    return first


def _to_text(explanation: Explanation) -> str:
    """The prediction, and below it the words that weigh most."""
    prediction = explanation.prediction
    several = isinstance(prediction, list)
    shares = [
        f"{display_name(name)} ({explanation.probabilities[name]:.1%})"
        for name in (prediction if several else [prediction])
    ]
    text = display_name(" ".join(explanation.text.split()), longest=60)
    lines = [f"{', '.join(shares) or 'no class'}  {text}"]
    words = sorted(explanation.words, key=lambda word: -word.weight)
    lines += [
        f"  {word.weight:.4f}  {display_name(word.text)}"
        for word in words[:_WORDS_SHOWN]
        if word.weight > 0
    ]
    return "\n".join(lines)
