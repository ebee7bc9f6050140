"""People's own texts, loaded from files into memory all at once."""

from pathlib import Path

from han_attention.data.readers.registry import CSV
from han_attention.data.readers.registry import JSONL
from han_attention.data.readers.registry import LABEL_FOLDER
from han_attention.data.readers.registry import Reader
from han_attention.data.readers.rows import Label
from han_attention.data.text_files import TextFiles


def load_csv(
    path: str | Path,
    text_column: str | None = None,
    label_column: str | None = None,
    *,
    skip_bad_rows: bool = False,
    encoding: str | None = None,
) -> tuple[list[str], list[Label]]:
    """Load the texts and labels of a CSV or TSV file into memory.

    Args:
        path: As in `TextFiles`, which reads several labels a text too.
        text_column: Where the texts are. Defaults to None: found.
        label_column: Where the labels are. Defaults to None: found.
        skip_bad_rows: Whether to leave bad rows out. Defaults to `False`.
        encoding: Such as "cp1252". Defaults to None: UTF-8.

    Returns:
        The texts, and their labels, which are strings.

    Raises:
        OSError: if a file is not there or cannot be read.
        ValueError: for a file or a row that is not as it should be.

    Example:
    >>> _ = Path("b.csv").write_text("text,label\\nfine,good\\ndull,bad\\n")
    >>> load_csv("b.csv")
    (['fine', 'dull'], ['good', 'bad'])
    """
    return _load(path, CSV, text_column, label_column, skip_bad_rows, encoding)


def load_jsonl(
    path: str | Path,
    text_column: str | None = None,
    label_column: str | None = None,
    *,
    skip_bad_rows: bool = False,
    encoding: str | None = None,
) -> tuple[list[str], list[Label]]:
    """Load the texts and labels of a file of JSON lines into memory.

    Args:
        path: As in `TextFiles`, which reads lists of labels too.
        text_column: Where the texts are. Defaults to None: found.
        label_column: Where the labels are. Defaults to None: found.
        skip_bad_rows: Whether to leave bad rows out. Defaults to `False`.
        encoding: Such as "cp1252". Defaults to None: UTF-8.

    Returns:
        The texts, and their labels as they stand: strings, numbers, booleans.

    Raises:
        OSError: if a file is not there or cannot be read.
        ValueError: for a file or a row that is not as it should be.

    Example:
    >>> _ = Path("c.jsonl").write_text('{"text": "fine", "label": 1}')
    >>> load_jsonl("c.jsonl")
    (['fine'], [1])
    """
    return _load(
        path, JSONL, text_column, label_column, skip_bad_rows, encoding
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
    return _load(path, LABEL_FOLDER, None, None, skip_bad_rows, encoding)


def _load(
    path: str | Path,
    reader: Reader,
    text_column: str | None,
    label_column: str | None,
    skip_bad_rows: bool,
    encoding: str | None,
) -> tuple[list[str], list[Label]]:
    files = TextFiles(
        path,
        text_column,
        label_column,
        skip_bad_rows=skip_bad_rows,
        encoding=encoding,
    )
    for shard in files.shards:
        if files.get_reader(shard) is not reader:
            raise ValueError(
                f"Wrong format: {shard}. Expected "
                f"{' or '.join(reader.suffixes)}. "
                "`TextFiles` reads them all."
            )
    texts: list[str] = []
    labels: list[Label] = []
    for row in files:
        texts.append(row.text)
        if row.label is not None and not isinstance(row.label, list):
            labels.append(row.label)
    return texts, labels
