"""`han-attention export`: a model as files that others run."""

import argparse
import json
from itertools import islice
from typing import Any

from han_attention.cli.common import Commands
from han_attention.cli.common import add_command
from han_attention.cli.folders import check_new_folder
from han_attention.cli.folders import load_classifier
from han_attention.cli.folders import open_model
from han_attention.cli.reading import label_reader
from han_attention.cli.reading import open_files
from han_attention.cli.reading import read_texts
from han_attention.cli.reading_flags import add_reading_flags
from han_attention.export.formats import FORMATS
from han_attention.export.formats import TOLERANCES
from han_attention.export.formats import WEB_PAGE
from han_attention.export.formats import check_installed
from han_attention.export.formats import check_precision
from han_attention.export.formats import get_shape
from han_attention.export.parity import NUM_MADE_UP
from han_attention.inference.saved_model import ONNX_MODEL
from han_attention.inference.saved_model import SavedModel
from han_attention.text.preprocessor import CONFIG

_DESCRIPTION = """Write a trained model in a format to deploy, and check it.

The exported model has to give the same numbers as the trained one, or nothing
is written."""

_EXAMPLES = r"""
han-attention export model --format onnx --output model-onnx
han-attention export model --format onnx --output model-onnx --data test.csv
han-attention export model --format onnx --precision int8 --data test.csv \
  --label-column label --output model-int8
han-attention export model --format litert --length 200 --output model-litert
han-attention export model --format web --output page \
  --ort-web node_modules/onnxruntime-web
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
        help="words of every text, for litert with a fixed length "
        "(default: any number)",
    )
    parser.add_argument(
        "--batch-size",
        metavar="N",
        type=int,
        default=1,
        help="texts at once, for litert, whose number is fixed "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--data",
        metavar="FILE",
        help="texts to check it on, the first 1,000 (default: made-up ones)",
    )
    parser.add_argument(
        "--precision",
        choices=TOLERANCES,
        default="float32",
        help="of the numbers in an onnx file; float16 and int8 are compared "
        "with float32 on the texts of --data (default: %(default)s)",
    )
    defaults = ", ".join(f"{n} for {p}" for p, n in TOLERANCES.items())
    parser.add_argument(
        "--tolerance",
        metavar="X",
        type=float,
        help="the largest difference of a probability; more is refused "
        f"(default: {defaults})",
    )
    parser.add_argument(
        "--ort-web",
        metavar="FOLDER",
        help="for web, the npm package onnxruntime-web (default: the one in "
        "node_modules, here or in a folder above)",
    )
    add_reading_flags(parser, labels=True)


def run(arguments: argparse.Namespace) -> None:
    """Export, check, and say where it is."""
    saved = open_model(arguments.model, exported=False)
    check_new_folder(arguments.output, arguments.overwrite, "--output")
    _check_format(arguments, saved)
    options = {
        name: getattr(arguments, name)
        for name in (
            "length",
            "batch_size",
            "precision",
            "tolerance",
            "ort_web",
        )
    }
    if arguments.data:
        options |= _read(arguments, saved)
    classifier = load_classifier(saved, arguments.quiet)
    path = classifier.export(arguments.output, arguments.format, **options)
    print(f"Written  {path}")
    config = json.loads((path / CONFIG).read_text(encoding="utf-8"))
    note = ""
    if FORMATS[arguments.format].file_name == ONNX_MODEL:
        note = "; predict, evaluate and explain read it faster, without Keras"
    print(_describe_check(config["parity"], arguments.data) + note)
    if FORMATS[arguments.format].page:
        print(f"Open     {path / WEB_PAGE}, from the disk or from any server")
    if "comparison" in config:
        print(_describe(config["comparison"], arguments.precision))


def _read(arguments: argparse.Namespace, saved: SavedModel) -> dict[str, Any]:
    """The first texts, and their labels if a column was named."""
    if not (arguments.label_column or arguments.label_columns):
        texts = read_texts(arguments, [arguments.data], saved.columns)
        return {"texts": list(islice(texts, _TEXTS_TO_CHECK))}
    files = open_files(
        arguments,
        [arguments.data],
        need_labels=True,
        multi_label=saved.multi_label,
        trained_columns=saved.columns,
    )
    rows = list(islice(files, _TEXTS_TO_CHECK))
    read = label_reader(saved.class_names)
    return {
        "texts": [row.text for row in rows],
        "labels": [read(row.label) for row in rows],
    }


def _describe_check(parity: dict[str, Any], data: str | None) -> str:
    """On which texts both models were compared, and with what result."""
    number = parity["num_texts"]
    texts = f"{NUM_MADE_UP} made-up texts (--data checks on yours)"
    if data is not None:
        real = number - NUM_MADE_UP
        texts = f"{number:,} texts, {real:,} of {data}, {NUM_MADE_UP} made up"
    return (
        f"Checked  beside the trained model on {texts}: probabilities differ "
        f"by at most {parity['largest_difference']:.1g}"
    )


def _check_format(arguments: argparse.Namespace, saved: SavedModel) -> None:
    """See, before anything is read, that the format can be written."""
    name = arguments.format
    check_installed(name, FORMATS[name].packages)
    check_precision(name, arguments.precision)
    size = arguments.batch_size, arguments.length
    get_shape(name, *size, saved.preprocessor)


def _describe(found: dict[str, Any], precision: str) -> str:
    """What a model of fewer bits does beside that of float32."""
    lines = [
        f"Compared float32 with {precision} on {found['num_texts']:,} texts:",
        "  megabytes       {:.2f}  {:.2f}".format(
            *(number / 1e6 for number in found["num_bytes"])
        ),
        "  texts a second  {:,.0f}  {:,.0f}".format(*found["texts_per_second"]),
    ]
    if found["accuracy"]:
        lines.append(
            "  accuracy        {:.4f}  {:.4f}".format(*found["accuracy"])
        )
    lines.append(
        f"  same label      {found['agreement']:.2%}, probabilities differ by "
        f"at most {found['largest_difference']:.2g}"
    )
    return "\n".join(lines)
