"""Rows that name their number, in files that are read as a stream."""

import csv
import gzip

from training_cases import published

from han_attention import TextFiles
from han_attention.training.sources.labelled_files import LabelledFiles
from han_attention.training.sources.stream import StreamedSplit

NUMBER = 600


def text_of(n):
    """A text that names its number, of a length of its own."""
    return f"number{n} " + "word " * (n % 13)


def label_of(n):
    return "rare" if n % 10 == 0 else "common"


def write_rows(path, numbers):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows([text_of(n), label_of(n)] for n in numbers)


def scan(folder, multi_label=False, skip_bad_rows=False, **settings):
    settings = {
        "seed": 1,
        "validation_fraction": 0.2,
        "batch_size": 16,
        "normalization": "words",
    } | settings
    files = TextFiles(
        folder, multi_label=multi_label, skip_bad_rows=skip_bad_rows
    )
    return LabelledFiles.scan(
        files, published(**settings, multi_label=multi_label)
    )


def split_of(folder, **settings):
    source = scan(folder, **settings)
    return StreamedSplit(source, len(source.validation() or []))


def tokenizer_of(source):
    return source.preprocessor.tokenizer


def numbers_in(tokenizer, ids):
    """The number that each text of a batch names."""
    words = tokenizer.vocabulary
    return [int(words[row[0]].removeprefix("number")) for row in ids]


def order(split, seed=1, epoch=0):
    return [
        n
        for ids, *_ in split.batches(16, seed, epoch)
        for n in numbers_in(tokenizer_of(split.source), ids)
    ]


def held_out_numbers(source):
    ids = source.validation().texts.padded()
    return numbers_in(tokenizer_of(source), ids)
