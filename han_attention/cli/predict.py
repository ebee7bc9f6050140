"""`han-attention predict`: a label for each text, as JSON lines."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from typing import TextIO

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from han_attention.atomic import replace_when_written
from han_attention.cli.common import Commands
from han_attention.cli.common import add_command
from han_attention.cli.common import to_json
from han_attention.cli.folders import check_new_file
from han_attention.cli.folders import load_predictor
from han_attention.cli.folders import open_model
from han_attention.cli.reading import DATA_HELP
from han_attention.cli.reading import add_reading_flags
from han_attention.cli.reading import read_texts
from han_attention.inference.base import TextPredictor

_DESCRIPTION = """Predict the label of each text, as JSON lines on stdout.

With no DATA, or "-", the texts come from stdin, one a line. Memory stays flat,
however many they are. A line that is empty or in a wrong encoding is an error,
or left out with --skip-bad-rows."""

_EXAMPLES = """
cat texts.txt | han-attention predict model > labels.jsonl
han-attention predict model reviews.csv --output labels.jsonl
echo "What a fine film" | han-attention predict model --no-text
"""

_DECIMALS = 6  # of a probability: float32 has no more


def add_parser(commands: Commands) -> None:
    """Add the command `predict`."""
    parser = add_command(commands, "predict", _DESCRIPTION, _EXAMPLES, run)
    parser.add_argument(
        "model", metavar="MODEL", help="folder of a trained or an ONNX model"
    )
    parser.add_argument(
        "data", metavar="DATA", nargs="*", help=f"{DATA_HELP}, or .txt"
    )
    parser.add_argument(
        "--output", metavar="FILE", help="write to a file, whole or not at all"
    )
    parser.add_argument(
        "--no-text", action="store_true", help="leave the texts out"
    )
    add_reading_flags(parser, labels=False)


def run(arguments: argparse.Namespace) -> None:
    """Predict text by text."""
    saved = open_model(arguments.model)
    check_new_file(arguments.output)
    texts = read_texts(arguments, arguments.data)
    predictor = load_predictor(saved)
    with (
        _open_output(arguments.output) as output,
        tqdm(texts, unit=" texts", disable=_hide_bar(arguments)) as shown,
    ):
        for text, probabilities in predictor.predict_stream(shown):
            record = _record(predictor, probabilities)
            if not arguments.no_text:
                record = {"text": text} | record
            print(to_json(record), file=output)


def _record(
    predictor: TextPredictor, probabilities: NDArray[np.float32]
) -> dict[str, Any]:
    label = predictor.decode_predictions(probabilities[None])[0]
    rounded = probabilities.astype("float64").round(_DECIMALS).tolist()
    names = predictor.class_names
    return {
        "labels" if predictor.multi_label else "label": label,
        "probabilities": dict(zip(names, rounded, strict=True)),
    }


def _hide_bar(arguments: argparse.Namespace) -> bool | None:
    """Whether the bar would be in the way; None: unless on a terminal."""
    mixed = arguments.output is None and sys.stdout.isatty()
    return True if arguments.quiet or mixed else None


@contextmanager
def _open_output(path: str | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    with (
        replace_when_written(path) as temporary,
        temporary.open(
            "w", encoding="utf-8", errors="backslashreplace", newline="\n"
        ) as file,
    ):
        yield file
