"""Files that are read as a stream."""

import pytest
from stream_cases import NUMBER
from stream_cases import scan
from stream_cases import write_rows

from han_attention.training.sources.stream import StreamedSplit


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three shards, one of them gzip."""
    folder = tmp_path_factory.mktemp("shards")
    write_rows(folder / "part-1.csv", range(250))
    write_rows(folder / "part-2.csv.gz", range(250, 400))
    write_rows(folder / "part-3.csv", range(400, NUMBER))
    return folder


@pytest.fixture(scope="module")
def source(folder):
    return scan(folder)


@pytest.fixture(scope="module")
def split(source):
    return StreamedSplit(source, len(source.validation()))
