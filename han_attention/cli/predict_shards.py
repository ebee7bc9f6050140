"""`han-attention predict --engine ray`: many files, a Parquet file for each."""

import argparse
import sys

from tqdm import tqdm

from han_attention.cli.common import note
from han_attention.cli.folders import open_model
from han_attention.cli.reading import skips_bad_rows
from han_attention.cli.reading_flags import read_options
from han_attention.data.text_files import TextFiles
from han_attention.inference.ray_engine import Scoring
from han_attention.inference.ray_engine import score_shards
from han_attention.progress import announce


def add_engine_flags(parser: argparse.ArgumentParser) -> None:
    """Add what tells where predictions are made."""
    group = parser.add_argument_group("many files")
    group.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="ray: files are scored at once by Ray Data, and --output is a "
        "folder with a Parquet file for each; the same command goes on after "
        "an end (default: %(default)s)",
    )
    group.add_argument(
        "--ray-address",
        metavar="ADDRESS",
        help="of a Ray cluster (default: one is started on this machine)",
    )
    group.add_argument(
        "--num-workers",
        metavar="N",
        type=int,
        help="processes that hold the model, of one core each (default: as "
        "many as there are cores)",
    )


def run_by_ray(arguments: argparse.Namespace) -> None:
    """Score every file as a shard.

    Raises:
        ValueError: for flags that do not go together, and for shards that
            failed, when the others are done.
    """
    _check(arguments)
    saved = open_model(arguments.model)  # what is wrong is said now
    reading = read_options(arguments)
    files = TextFiles(
        arguments.data,
        need_labels=False,
        trained_columns=saved.columns,
        **reading,
    )
    files.find_columns()
    shards = files.shards
    scoring = Scoring(
        arguments.model,
        arguments.output,
        reading,
        arguments.threshold,
        not arguments.no_text,
    )
    announce(f"starting Ray for {len(shards):,} files", not arguments.quiet)
    scored = score_shards(
        scoring,
        shards,
        address=arguments.ray_address,
        num_workers=arguments.num_workers,
    )
    rows = number = 0
    with tqdm(
        scored,
        total=len(shards),
        unit=" files",
        disable=True if arguments.quiet else None,
    ) as bar:
        for found in bar:
            number += 1
            rows += found["rows"]
    already = len(shards) - number
    there = f"; {already:,} were there" if already else ""
    note(arguments, f"{rows:,} rows of {number:,} files{there}")
    print(arguments.output, file=sys.stdout)


def _check(arguments: argparse.Namespace) -> None:
    if not arguments.data or arguments.data == ["-"]:
        raise ValueError("Expected files with --engine ray. Received: none")
    if arguments.output is None:
        raise ValueError(
            "Expected --output, a folder, with --engine ray. Received: none"
        )
    if skips_bad_rows(arguments) or arguments.raw:
        raise ValueError(
            "Expected no --skip-bad-rows, --bad-rows or --raw with --engine "
            "ray: every row has its place, and a bad one its reason. Received: "
            "one of them"
        )
    if arguments.num_workers is not None and arguments.num_workers < 1:
        raise ValueError(
            "Invalid value for argument `num_workers`. Expected a positive "
            f"integer. Received: num_workers={arguments.num_workers}"
        )
