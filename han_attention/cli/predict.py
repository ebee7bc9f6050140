"""`han-attention predict`: a label for each row, as lines or a table."""

import argparse
import sys
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any

from tqdm import tqdm

from han_attention.cli.common import Commands
from han_attention.cli.common import add_command
from han_attention.cli.common import add_model_argument
from han_attention.cli.common import add_threshold_flag
from han_attention.cli.common import note
from han_attention.cli.folders import check_new_file
from han_attention.cli.folders import find_present
from han_attention.cli.folders import load_predictor
from han_attention.cli.folders import open_model
from han_attention.cli.folders import use_threshold
from han_attention.cli.predict_shards import add_engine_flags
from han_attention.cli.predict_shards import run_by_ray
from han_attention.cli.reading import note_bad_rows
from han_attention.cli.reading import read_records
from han_attention.cli.reading import skips_bad_rows
from han_attention.cli.reading_flags import DATA_HELP
from han_attention.cli.reading_flags import add_output_flags
from han_attention.cli.reading_flags import add_reading_flags
from han_attention.data.readers.trained_columns import LABEL_SEPARATOR
from han_attention.data.text_files import Record
from han_attention.inference.output import write_json_lines
from han_attention.inference.output import write_predictions
from han_attention.inference.records import TEXT
from han_attention.inference.records import predict_records
from han_attention.inference.saved_model import SavedModel
from han_attention.progress import announce

_DESCRIPTION = """Predict the label of each row, as JSON lines on stdout.

With no DATA, or "-", the texts come from stdin, one a line. Memory stays flat,
however many they are. Every row has its file and its number there, so that
the output can be joined to the input; a row that cannot be used has the
reason in place of a label, or is left out with --skip-bad-rows."""

_EXAMPLES = """
cat texts.txt | han-attention predict model > labels.jsonl
han-attention predict model tickets.csv --keep id,date --output labels.csv
han-attention predict model tickets.parquet --keep all --output out.parquet
han-attention predict model "shards/*.parquet" --engine ray --output scored
echo "What a fine film" | han-attention predict model --no-text
"""


def add_parser(commands: Commands) -> None:
    """Add the command `predict`."""
    parser = add_command(commands, "predict", _DESCRIPTION, _EXAMPLES, run)
    add_model_argument(parser)
    parser.add_argument(
        "data", metavar="DATA", nargs="*", help=f"{DATA_HELP}, or .txt"
    )
    add_output_flags(parser, "write", "; a folder with --engine ray")
    parser.add_argument(
        "--no-text", action="store_true", help="leave the texts out"
    )
    add_threshold_flag(parser)
    add_engine_flags(parser)
    add_reading_flags(parser, labels=False)


def run(arguments: argparse.Namespace) -> None:
    """Predict row by row, or file by file."""
    if arguments.engine == "ray":
        run_by_ray(arguments)
        return
    saved = open_model(arguments.model)
    check_new_file(arguments.output)
    present = find_present([arguments.output])
    announce("reading", not arguments.quiet)
    source = read_records(arguments, arguments.data, saved.columns)
    predictor = load_predictor(saved, arguments.quiet)
    use_threshold(arguments, predictor)
    announce("predicting", not arguments.quiet)
    counted = _CountedRows(source, skips_bad_rows(arguments))
    predicted = predict_records(predictor, counted)
    hidden = _hide_bar(arguments)
    with tqdm(predicted, unit=" texts", disable=hidden) as bar:
        rows: Iterable[dict[str, Any]] = bar
        if arguments.no_text:
            rows = ({k: row[k] for k in row if k != TEXT} for row in rows)
        if arguments.output is None:
            write_json_lines(sys.stdout, rows)
        else:
            number = write_predictions(
                arguments.output,
                rows,
                predictor.class_names,
                raw=arguments.raw,
                label_separator=_get_separator(arguments, saved),
            )
    if arguments.output is not None:
        done = "replaced" if present else "written"
        note(arguments, f"{done} {arguments.output}, {number:,} rows")
    if counted.skips:
        note_bad_rows(arguments, counted.bad)
    elif counted.bad:
        note(arguments, f'rows without a label: {counted.bad}, see "error"')


def _get_separator(arguments: argparse.Namespace, saved: SavedModel) -> str:
    """What stands between several labels in a cell of a table."""
    known = saved.columns.label_separator if saved.columns else LABEL_SEPARATOR
    return arguments.label_separator or known


class _CountedRows:
    """Rows on their way, of which the bad ones are counted or left out."""

    def __init__(self, records: Iterator[Record], skips: bool) -> None:
        self._records = records
        self.skips = skips
        self.bad = 0

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            self.bad += record.is_bad
            if not (record.is_bad and self.skips):
                yield record


def _hide_bar(arguments: argparse.Namespace) -> bool | None:
    """Whether the bar would be in the way; None: unless on a terminal."""
    mixed = arguments.output is None and sys.stdout.isatty()
    return True if arguments.quiet or mixed else None
