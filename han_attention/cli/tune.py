"""`han-attention tune`: from which probability on each class is answered."""

import argparse
from collections.abc import Sequence

from han_attention.cli.common import Commands
from han_attention.cli.common import add_command
from han_attention.cli.common import add_model_argument
from han_attention.cli.common import to_json
from han_attention.cli.evaluate import predict_labelled
from han_attention.cli.folders import load_predictor
from han_attention.cli.folders import open_model
from han_attention.cli.reading import note_bad_rows
from han_attention.cli.reading import open_files
from han_attention.cli.reading_flags import DATA_HELP
from han_attention.cli.reading_flags import add_reading_flags
from han_attention.evaluation.tables import display_name
from han_attention.evaluation.tables import draw_table
from han_attention.evaluation.tables import list_names
from han_attention.evaluation.thresholds import TunedThreshold
from han_attention.evaluation.thresholds import check_target
from han_attention.evaluation.thresholds import tune_thresholds
from han_attention.inference.saved_model import SavedModel
from han_attention.inference.thresholds import write_thresholds
from han_attention.progress import announce
from han_attention.text.preprocessor import CONFIG

_DESCRIPTION = """Choose on held-out texts when a model gives an answer.

For each class the threshold is found from which on its answers have the
precision that is asked for, or find that part of its texts. It is kept in the
folder of the model, trained or exported: predict and evaluate then give no
label to a text below it. Texts of the training would not do, nor those of
--validation: of these a model is surer than it ought to be."""

_EXAMPLES = """
han-attention tune model held-out.csv --precision 0.95
han-attention tune model held-out.csv --recall 0.9 --json
han-attention tune model --reset
"""


def add_parser(commands: Commands) -> None:
    """Add the command `tune`."""
    parser = add_command(commands, "tune", _DESCRIPTION, _EXAMPLES, run)
    add_model_argument(parser)
    parser.add_argument("data", metavar="DATA", nargs="*", help=DATA_HELP)
    parser.add_argument(
        "--precision",
        metavar="P",
        type=float,
        help="which part of the answers is to be right, such as 0.95",
    )
    parser.add_argument(
        "--recall",
        metavar="R",
        type=float,
        help="which part of the texts of a class is to be found",
    )
    parser.add_argument(
        "--reset", action="store_true", help="answer always again"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_reading_flags(parser, labels=True)


def run(arguments: argparse.Namespace) -> None:
    """Predict, choose the thresholds, and keep them with the model."""
    saved = open_model(arguments.model)
    targets = (arguments.precision, arguments.recall)
    if arguments.reset:
        if arguments.data or targets != (None, None):
            raise ValueError("Expected --reset without data and targets.")
        write_thresholds(saved.folder, None)
        print(_describe_reset(saved))
        return
    if (arguments.precision is None) == (arguments.recall is None):
        raise ValueError(
            "Expected one of --precision and --recall, such as --recall 0.9."
        )
    check_target(*targets)
    if not arguments.data:
        raise ValueError("Expected DATA, files of held-out texts.")
    files = open_files(
        arguments,
        arguments.data,
        need_labels=True,
        multi_label=saved.multi_label,
        trained_columns=saved.columns,
    )
    predictor = load_predictor(saved, arguments.quiet)
    announce("predicting", not arguments.quiet)
    labels, probabilities = predict_labelled(predictor, files, arguments)
    note_bad_rows(arguments, files.bad_rows)
    tuned = tune_thresholds(
        probabilities,
        labels,
        predictor.class_names,
        precision=arguments.precision,
        recall=arguments.recall,
        multi_label=predictor.multi_label,
        thresholds=predictor.thresholds,
    )
    write_thresholds(saved.folder, [one.threshold for one in tuned])
    if arguments.json:
        print(to_json([vars(one) for one in tuned]))
        return
    print(_to_table(tuned))
    if untold := [display_name(x.name) for x in tuned if not x.num_texts]:
        print(
            f"No text of {list_names(untold)} in these files: as before tuning"
        )
    print(f"Written  {saved.folder / CONFIG}")


def _describe_reset(saved: SavedModel) -> str:
    path = saved.folder / CONFIG
    if saved.thresholds is None:
        return f"No thresholds were in {path}: nothing changed"
    every = (
        "each label is given from 0.5 on"
        if saved.multi_label
        else ("every text gets its most probable label")
    )
    return f"Reset    {path}: {every} again"


def _to_table(tuned: Sequence[TunedThreshold]) -> str:
    rows = [["Class", "threshold", "precision", "recall", "answers"]]
    for one in tuned:
        told = one.num_texts and one.threshold is not None
        rows.append(
            [
                display_name(one.name),
                _describe_threshold(one.threshold),
                f"{one.precision:.3f}" if told else "",
                f"{one.recall:.3f}" if one.num_texts else "",
                f"{one.answers:,}",
            ]
        )
    return draw_table(rows)


def _describe_threshold(threshold: float | None) -> str:
    if threshold is None:
        return "never"
    return f"{threshold:.3f}" if threshold else "always"
