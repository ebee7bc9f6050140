"""People's own texts, loaded from files into memory all at once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from han_attention.data.readers.registry import CSV
from han_attention.data.readers.registry import JSONL
from han_attention.data.readers.registry import LABEL_FOLDER
from han_attention.data.readers.registry import Reader
from han_attention.data.readers.rows import Label
from han_attention.data.text_files import TextFiles


def load_csv(
    path: str | Path,
    text_column: str | Sequence[str] | None = None,
    label_column: str | Sequence[str] | None = None,
    *,
    skip_bad_rows: bool = False,
    encoding: str | None = None,
    **options: Any,
) -> tuple[list[str], list[Any]]:
    """Load the texts and labels of a CSV or TSV file into memory.

    Args:
        path: As in `TextFiles`.
        text_column: Where the texts are; of a list of columns the texts are
            joined by line ends. Defaults to None: found.
        label_column: Where the labels are; of a list of columns each is a
            label, with `multi_label`. Defaults to None: found.
        skip_bad_rows: Whether to leave bad rows out. Defaults to `False`.
        encoding: Such as "cp1252". Defaults to None: UTF-8.
        **options: Others of `TextFiles`, such as `multi_label`.

    Returns:
        The texts, and their labels, which are strings; with `multi_label`
        lists of them.

    Raises:
        OSError: if a file is not there or cannot be read.
        ValueError: for a file or a row that is not as it should be.

    Example:
    >>> _ = Path("b.csv").write_text("text,label\\nfine,good\\ndull,bad\\n")
    >>> load_csv("b.csv")
    (['fine', 'dull'], ['good', 'bad'])
    >>> _ = Path("d.csv").write_text("subject,body,toxic,spam\\nHi,Buy,0,1\\n")
    >>> columns = ["subject", "body"], ["toxic", "spam"]
    >>> load_csv("d.csv", *columns, multi_label=True)
    (['Hi\\nBuy'], [['spam']])
    """
    return _load(
        path,
        CSV,
        text_column=text_column,
        label_column=label_column,
        skip_bad_rows=skip_bad_rows,
        encoding=encoding,
        **options,
    )


def load_jsonl(
    path: str | Path,
    text_column: str | Sequence[str] | None = None,
    label_column: str | Sequence[str] | None = None,
    *,
    skip_bad_rows: bool = False,
    encoding: str | None = None,
    **options: Any,
) -> tuple[list[str], list[Any]]:
    """Load the texts and labels of a file of JSON lines into memory.

    Args:
        path: As in `TextFiles`.
        text_column: Where the texts are; of a list of columns the texts are
            joined by line ends. Defaults to None: found.
        label_column: Where the labels are; of a list of columns each is a
            label, with `multi_label`. Defaults to None: found.
        skip_bad_rows: Whether to leave bad rows out. Defaults to `False`.
        encoding: Such as "cp1252". Defaults to None: UTF-8.
        **options: Others of `TextFiles`, such as `multi_label`.

    Returns:
        The texts, and their labels as they stand: strings, numbers, booleans;
        with `multi_label` lists of them.

    Raises:
        OSError: if a file is not there or cannot be read.
        ValueError: for a file or a row that is not as it should be.

    Example:
    >>> _ = Path("c.jsonl").write_text('{"text": "fine", "label": 1}')
    >>> load_jsonl("c.jsonl")
    (['fine'], [1])
    """
    return _load(
        path,
        JSONL,
        text_column=text_column,
        label_column=label_column,
        skip_bad_rows=skip_bad_rows,
        encoding=encoding,
        **options,
    )


def load_folder(
    path: str | Path,
    *,
    skip_bad_rows: bool = False,
    encoding: str | None = None,
) -> tuple[list[str], list[Label]]:
    """Load a folder of folders of `.txt` files into memory.

    Args:
        path: Has a folder for each label, named after it.
        skip_bad_rows: Whether to leave bad texts out. Defaults to `False`.
        encoding: Such as "cp1252". Defaults to None: UTF-8.

    Returns:
        The texts, each a file, and the names of their folders.

    Raises:
        OSError: if a file is not there or cannot be read.
        ValueError: for a file that is not as it should be.

    Example:
    >>> Path("films/good").mkdir(parents=True)
    >>> _ = Path("films/good/1.txt").write_text("A fine film")
    >>> load_folder("films")
    (['A fine film'], ['good'])
    """
    return _load(
        path, LABEL_FOLDER, skip_bad_rows=skip_bad_rows, encoding=encoding
    )


def _load(
    path: str | Path, reader: Reader, **options: Any
) -> tuple[list[str], list[Any]]:
    files = TextFiles(path, **options)
    for shard in files.shards:
        if files.get_reader(shard) is not reader:
            raise ValueError(
                f"Wrong format: {shard}. Expected "
                f"{' or '.join(reader.suffixes)}. "
                "`TextFiles` reads them all."
            )
    rows = list(files)
    return [row.text for row in rows], [row.label for row in rows]
