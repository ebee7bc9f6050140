"""`han-attention export`: a model as files that others run."""

import argparse
import json
from itertools import islice

from han_attention.cli.common import Commands
from han_attention.cli.common import add_command
from han_attention.cli.folders import check_new_folder
from han_attention.cli.folders import load_classifier
from han_attention.cli.folders import open_model
from han_attention.cli.reading import add_reading_flags
from han_attention.cli.reading import read_texts
from han_attention.export.exporter import FORMATS
from han_attention.text.preprocessor import CONFIG

_DESCRIPTION = """Write a trained model in a format to deploy, and check it.

The exported model has to give the same numbers as the trained one, or nothing
is written."""

_EXAMPLES = """
han-attention export model --format onnx --output model-onnx
han-attention export model --format onnx --output model-onnx --data test.csv
han-attention export model --format litert --length 200 --output model-litert
"""

_TEXTS_TO_CHECK = 1_000


def add_parser(commands: Commands) -> None:
    """Add the command `export`."""
    parser = add_command(commands, "export", _DESCRIPTION, _EXAMPLES, run)
    parser.add_argument(
        "model", metavar="MODEL", help="folder of a trained model"
    )
    parser.add_argument("--format", choices=FORMATS, required=True)
    parser.add_argument(
        "--output", metavar="FOLDER", required=True, help="where to write it"
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace the model in --output; never anything else",
    )
    parser.add_argument(
        "--length",
        metavar="N",
        type=int,
        help="words of every text, for litert, whose length is fixed",
    )
    parser.add_argument(
        "--data",
        metavar="FILE",
        help="texts to check it on, the first 1,000 (default: made-up ones)",
    )
    add_reading_flags(parser, labels=False)


def run(arguments: argparse.Namespace) -> None:
    """Export, check, and say where it is."""
    saved = open_model(arguments.model, exported=False)
    check_new_folder(arguments.output, arguments.overwrite, "--output")
    options = {}
    if arguments.data:
        texts = read_texts(arguments, [arguments.data])
        options["texts"] = list(islice(texts, _TEXTS_TO_CHECK))
    if arguments.length is not None:
        options["length"] = arguments.length
    classifier = load_classifier(saved, arguments.quiet)
    path = classifier.export(arguments.output, arguments.format, **options)
    print(f"Written  {path}")
    parity = json.loads((path / CONFIG).read_text(encoding="utf-8"))["parity"]
    print(
        f"Checked  on {parity['num_texts']:,} texts: probabilities differ by "
        f"at most {parity['largest_difference']:.1g}"
    )
