"""Rows out of Parquet and Arrow files, read a batch at a time."""

from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from han_attention.data.readers.columns import find_columns
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.rows import Rows

_ROWS_AT_ONCE = 1_024


def read_parquet(path: Path, options: RowOptions, encoding: str | None) -> Rows:
    """Read a Parquet file; what is missing in it is an empty text."""
    with _opened(path):
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            columns = find_columns(names, options).names
            batches = file.iter_batches(_ROWS_AT_ONCE, columns=columns)
            yield from _make_rows(path, names, batches, options)


def read_arrow(path: Path, options: RowOptions, encoding: str | None) -> Rows:
    """Read an Arrow (Feather) file, or a stream as `datasets` saves it."""
    with _opened(path):
        import pyarrow
        import pyarrow.ipc

        with pyarrow.memory_map(str(path)) as source:
            try:
                file = pyarrow.ipc.open_file(source)
                batches = map(file.get_batch, range(file.num_record_batches))
            except pyarrow.ArrowInvalid:
                source.seek(0)
                file = batches = pyarrow.ipc.open_stream(source)
            parts = (
                batch.slice(n, _ROWS_AT_ONCE)
                for batch in batches
                for n in range(0, len(batch), _ROWS_AT_ONCE)
            )
            yield from _make_rows(path, file.schema.names, parts, options)


def _make_rows(
    path: Path, names: Sequence[str], batches: Any, options: RowOptions
) -> Rows:
    columns = find_columns(names, options)
    number = 0
    for batch in batches:
        for values in batch.select(columns.names).to_pylist():
            number += 1
            for name in columns.text:
                if values[name] is None:
                    values[name] = ""
            where = f"{path}:{number}"
            yield columns.make_row(values, where, split_labels=True)


@contextmanager
def _opened(path: Path) -> Iterator[None]:
    """Say what is missing, or wrong with a file, as for every other one."""
    try:
        import pyarrow
    except ImportError as error:
        raise ImportError(
            'Parquet and Arrow need pyarrow: pip install "han-attention'
            '[parquet]"'
        ) from error
    try:
        yield
    except pyarrow.ArrowException as error:
        raise ValueError(f"Cannot read {path}: {error}") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
