"""What `han-attention train` learns from: read, checked, and said."""

import argparse
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

from han_attention.cli.common import note
from han_attention.cli.processes import OwnProcess
from han_attention.cli.reading import CommandFiles
from han_attention.data.labels import LabelIndex
from han_attention.data.readers.columns import Columns
from han_attention.data.readers.trained_columns import LABEL_SEPARATOR
from han_attention.data.text_files import TextFiles
from han_attention.estimator import TextClassifier
from han_attention.evaluation.tables import display_name
from han_attention.evaluation.tables import list_names
from han_attention.text.unit import choose_unit

_RARE = 10  # texts: of fewer there may be none to judge by
_FEW = 3  # texts: of fewer nothing is learnt
_MOST_LISTED = 20  # classes


def read_labelled(
    files: CommandFiles, process: OwnProcess
) -> tuple[list[str], list[Any]]:
    """The texts and labels of all rows, of which each process reads a part."""
    process.check_same("files", [path.name for path in files.shards])
    own = files.in_order(process.choose_part(files.shards))
    rows = process.share([(row.text, row.label) for row in own])
    bad_rows = sum(process.share([files.bad_rows]))
    files.add_bad_rows(bad_rows - files.bad_rows)
    texts = [text for text, _ in rows]
    # A set: in a file a list has labels, and is no row of 0 and 1.
    labels = [set(y) if isinstance(y, list) else y for _, y in rows]
    return texts, labels


def note_data(
    arguments: argparse.Namespace,
    files: TextFiles,
    texts: Sequence[str],
    labels: Sequence[Any],
    classifier: TextClassifier,
) -> None:
    """Say what the training takes, and choose the unit of the texts by it.

    Raises:
        TypeError: for a label that cannot be one.
        ValueError: if nothing can be learned from the labels.
    """
    index = LabelIndex.from_labels(labels, classifier.multi_label)
    unspaced = choose_unit(texts) == "subwords"
    for line in (
        *describe_files(files),
        f"{len(texts):,} rows" + _describe_skipped(files),
        *describe_classes(index),
        *_describe_several(
            index, labels, classifier, arguments.label_separator
        ),
        *_describe_language(classifier, unspaced),
        *describe_vanished(arguments, index.classes),
        _describe_validation(arguments, classifier, len(texts)),
    ):
        note(arguments, line)
    if classifier.unit == "auto" and classifier.normalization == "words":
        classifier.unit = "subwords" if unspaced else "words"


def describe_files(files: TextFiles) -> Iterator[str]:
    """The files, and which of their columns are taken."""
    shards = [str(path) for path in files.shards]
    more = f" and {len(shards) - 1:,} more" if shards[1:] else ""
    yield f"reading {shards[0]}{more}"
    columns: Columns | None = files.columns
    if columns is None:
        return
    yield f"texts: {_name(columns.text)}"
    yield f"labels: {_name(columns.label or ())}"
    if columns.candidates:
        yield (
            f"not taken: {_name(columns.candidates)}; --text-column and "
            "--label-column choose"
        )


def describe_classes(index: LabelIndex) -> Iterator[str]:
    """How many texts each class has, the rare ones marked."""
    counts = sorted(index.counts.items(), key=lambda item: -item[1])
    listed = [
        f"{name} {count:,}" + (" (rare)" if count < _RARE else "")
        for name, count in counts[:_MOST_LISTED]
    ]
    rest = counts[_MOST_LISTED:]
    if rest:
        rare = sum(count < _RARE for _, count in rest)
        listed.append(f"and {len(rest):,} more, {rare:,} of them rare")
    classes = "class" if len(counts) == 1 else "classes"
    yield f"{len(counts):,} {classes}: {', '.join(listed)}"
    few = [display_name(name) for name, count in counts if count < _FEW]
    if few:
        yield (
            f"fewer than {_FEW} texts: {list_names(few)}; merge such a class "
            "with another, or leave it out: it will hardly be predicted"
        )


def describe_vanished(
    arguments: argparse.Namespace, classes: Sequence[Any]
) -> Iterator[str]:
    """Which classes the training of `--config` had, and this one has not."""
    now = set(map(str, classes))  # a CSV has texts, JSON may have numbers
    earlier = map(str, getattr(arguments, "earlier_classes", ()))
    if gone := [display_name(name) for name in earlier if name not in now]:
        yield (
            f"in {arguments.config} but not here: {list_names(gone)}; the new "
            "model never answers these"
        )


def _describe_several(
    index: LabelIndex,
    labels: Sequence[Any],
    classifier: TextClassifier,
    separator: str | None,
) -> Iterator[str]:
    """That labels look like several in one field, or never are several."""
    if classifier.multi_label and all(len(each) == 1 for each in labels):
        yield (
            "every text has one label: without --multi-label just one is "
            "answered; columns of 0 and 1 are named by --label-columns, what "
            "stands between several labels by --label-separator"
        )
    sign = separator or LABEL_SEPARATOR
    joined = [x for x in index.counts if isinstance(x, str) and sign in x]
    if joined and not classifier.multi_label:
        yield (
            f"labels such as {display_name(joined[0])!r}: if these are several "
            "of one text, say --multi-label"
        )


def _name(columns: Sequence[str]) -> str:
    kind = "column" if len(columns) == 1 else "columns"
    return f"{kind} {', '.join(map(repr, columns))}"


def _describe_skipped(files: TextFiles) -> str:
    return f", {files.bad_rows:,} left out" if files.bad_rows else ""


def _describe_language(
    classifier: TextClassifier, unspaced: bool
) -> Iterator[str]:
    if not unspaced:
        return
    if classifier.unit == "auto":
        yield "a script without spaces between words: --unit subwords"
    elif classifier.unit == "words":
        yield (
            "a script without spaces between words: --unit subwords would "
            "find some"
        )


def _describe_validation(
    arguments: argparse.Namespace, classifier: TextClassifier, number: int
) -> str:
    fraction = classifier.validation_fraction
    if getattr(arguments, "validation", None):
        return "the best epoch is chosen by the texts of --validation"
    if not fraction:
        return "nothing is held out: the last epoch is kept"
    return (
        f"held out: {round(number * fraction):,} texts, {fraction:.0%} of each "
        "class, to choose the best epoch by"
    )
