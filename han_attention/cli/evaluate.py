"""`han-attention evaluate`: how good a model is on labelled texts."""

import argparse
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from han_attention.cli.common import Commands
from han_attention.cli.common import add_command
from han_attention.cli.common import add_model_argument
from han_attention.cli.common import add_threshold_flag
from han_attention.cli.common import note
from han_attention.cli.common import to_json
from han_attention.cli.folders import check_new_file
from han_attention.cli.folders import check_plots
from han_attention.cli.folders import find_present
from han_attention.cli.folders import load_predictor
from han_attention.cli.folders import name_written
from han_attention.cli.folders import open_model
from han_attention.cli.folders import use_threshold
from han_attention.cli.reading import label_reader
from han_attention.cli.reading import note_bad_rows
from han_attention.cli.reading import open_files
from han_attention.cli.reading_flags import DATA_HELP
from han_attention.cli.reading_flags import add_reading_flags
from han_attention.data.text_files import TextFiles
from han_attention.evaluation.plots import save_plots
from han_attention.evaluation.report import Report
from han_attention.evaluation.report import is_report
from han_attention.evaluation.report import save_report
from han_attention.evaluation.scoring import evaluate
from han_attention.inference.base import TextPredictor
from han_attention.progress import announce
from han_attention.training.sources.fingerprint import Fingerprint

_DESCRIPTION = """Evaluate a model on labelled texts that it has not seen.

Prints accuracy, macro F1, calibration error, the scores of each class, how the
accuracy grows where only sure answers are given, and the confusion matrix, and
writes them to report.json. Labels never seen in training are counted and
named."""

_USES = {  # of texts in the training of a model
    "data": "the model was trained on",
    "validation_data": "the best epoch of the model was chosen by",
}
_EXAMPLES = """
han-attention evaluate model test.csv
han-attention evaluate model test.csv --plot plots --report scores.json
han-attention evaluate model test.csv --json | jq .accuracy
"""


def add_parser(commands: Commands) -> None:
    """Add the command `evaluate`."""
    parser = add_command(commands, "evaluate", _DESCRIPTION, _EXAMPLES, run)
    add_model_argument(parser)
    parser.add_argument("data", metavar="DATA", nargs="+", help=DATA_HELP)
    parser.add_argument(
        "--report",
        "--output",
        metavar="PATH",
        default="report.json",
        help="where to write all scores (default: %(default)s)",
    )
    parser.add_argument(
        "--plot",
        metavar="FOLDER",
        help="write confusion.png, reliability.png, coverage.png there",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the report as JSON"
    )
    add_threshold_flag(parser)
    add_reading_flags(parser, labels=True)


def run(arguments: argparse.Namespace) -> None:
    """Predict, compare, and write the report."""
    saved = open_model(arguments.model)
    _check_outputs(arguments)
    announce("reading", not arguments.quiet)
    files = open_files(
        arguments,
        arguments.data,
        need_labels=True,
        multi_label=saved.multi_label,
        trained_columns=saved.columns,
    )
    predictor = load_predictor(saved, arguments.quiet)
    use_threshold(arguments, predictor)
    announce("predicting", not arguments.quiet)
    report = _evaluate(predictor, files, arguments)
    note_bad_rows(arguments, files.bad_rows)
    present = find_present([arguments.report, *_list_plots(arguments)])
    plots = save_plots(report, arguments.plot) if arguments.plot else []
    save_report(report, arguments.report)
    if arguments.json:
        for path in (arguments.report, *plots):
            if str(path) in present:
                note(arguments, f"replaced {path}")
        print(to_json(report.to_dict()))
        return
    print(report)
    for path in (arguments.report, *plots):
        print(name_written(path, present))


def _check_outputs(arguments: argparse.Namespace) -> None:
    """See that what is to be written can be, and takes nothing away.

    Raises:
        OSError: if it cannot, or would.
        ImportError: if the pictures cannot be drawn.
    """
    check_new_file(arguments.report)
    check_plots(arguments.plot)
    if arguments.plot is not None and Path(arguments.plot).is_file():
        raise NotADirectoryError(f"Expected a folder: {arguments.plot}")
    path = Path(arguments.report)
    if path.is_file() and not is_report(path):
        raise FileExistsError(
            f"{path} is no report of `evaluate`, and is not replaced. Choose "
            "another --report."
        )


def _list_plots(arguments: argparse.Namespace) -> list[Path]:
    folder = arguments.plot
    return [] if folder is None else sorted(Path(folder).glob("*.png"))


def _evaluate(
    predictor: TextPredictor, files: TextFiles, arguments: argparse.Namespace
) -> Report:
    labels, probabilities = predict_labelled(predictor, files, arguments)
    report = evaluate(
        probabilities,
        labels,
        predictor.class_names,
        predictor.multi_label,
        predictor.thresholds,
    )
    return dataclasses.replace(report, num_bad_rows=files.bad_rows)


def predict_labelled(
    predictor: TextPredictor, files: TextFiles, arguments: argparse.Namespace
) -> tuple[list[Any], NDArray[np.float32]]:
    """The labels of all rows, and the probabilities of their texts.

    Texts that the model was trained on are said to be such.
    """
    _check_label_columns(arguments, predictor)
    labels: list[Any] = []
    as_in_training = label_reader(predictor.class_names)
    fingerprint = Fingerprint()

    def texts() -> Iterator[str]:
        for row in files:
            label: Any = row.label
            labels.append(as_in_training(label))
            if isinstance(label, list):
                label = set(label)  # as `read_labelled` has it
            fingerprint.add(row.text, label)
            yield row.text

    bar = True if arguments.quiet else None  # None: on a terminal
    predicted = predictor.predict_stream(texts())
    with tqdm(predicted, unit=" texts", disable=bar) as rows:
        probabilities = [row for _, row in rows]
    digest = fingerprint.digest()
    for name, what in _USES.items():
        known = str(predictor.training.get(name, ""))
        if known.removeprefix("stream ") == digest:  # as it was written before
            note(
                arguments,
                f"warning: {what} these very texts: of others its scores are "
                "lower",
            )
    return labels, np.stack(probabilities)


def _check_label_columns(
    arguments: argparse.Namespace, predictor: TextPredictor
) -> None:
    """See that a label without a column is not taken for one never true."""
    if not arguments.label_columns:
        return
    columns = arguments.label_columns
    missing = [str(n) for n in predictor.class_names if str(n) not in columns]
    if missing:
        raise ValueError(
            "Invalid value for argument `--label-columns`. Expected a column "
            f"for each label of the model. Missing: {', '.join(missing)}"
        )
