"""The Large Movie Review Dataset (Maas et al., 2011), read as raw text."""

import gzip
import lzma
import re
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from han_attention.data.dataset import Examples
from han_attention.data.dataset import TextDataset
from han_attention.data.download import download
from han_attention.data.readers.rows import MAX_ROW_BYTES
from han_attention.unpacking import check_expansion
from han_attention.validation import check_choice

IMDB_URL = "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"
IMDB_SHA256 = "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe"

_CLASS_NAMES = {
    "sentiment": ("negative", "positive"),
    "rating": ("1", "2", "3", "4", "7", "8", "9", "10"),
}
_SENTIMENTS = {"neg": "negative", "pos": "positive"}
_DAMAGE = (
    tarfile.TarError,
    EOFError,
    gzip.BadGzipFile,
    lzma.LZMAError,
    zlib.error,
)
_REVIEW = re.compile(r"(?:^|/)(train|test)/(neg|pos|unsup)/(\d+)_(\d+)\.txt$")


def load_imdb(
    path: str | Path | None = None,
    unlabelled: bool = False,
    labels: str = "sentiment",
) -> TextDataset:
    """Load 25,000 training and 25,000 test reviews with their labels.

    An archive is read in memory; nothing in it is unpacked by name.

    Args:
        path: A local `aclImdb_v1.tar.gz` or the folder it unpacks to; its
            checksum is not looked at. Defaults to None: the public archive
            (84 MB) is downloaded once, and its checksum verified.
        unlabelled: Whether to read the 50,000 reviews of `train/unsup` too.
            Defaults to `False`.
        labels: `"sentiment"`: negative and positive; or `"rating"`: the stars
            that the review gave, 1 to 4 and 7 to 10. Defaults to
            `"sentiment"`.

    Returns:
        A `TextDataset`; reviews are ordered by sentiment and number, whatever
        the labels are.

    Raises:
        FileNotFoundError: if there is nothing at `path`.
        OSError: if the archive cannot be downloaded or read.
        ValueError: if it is damaged or holds no reviews, or the download does
            not match its checksum.

    Example:
    >>> dataset = load_imdb()  # doctest: +SKIP
    >>> len(dataset.train), len(dataset.test)  # doctest: +SKIP
    (25000, 25000)

    Reference:
        Maas et al., 2011, https://aclanthology.org/P11-1015/
    """
    check_choice("labels", labels, _CLASS_NAMES)
    path = download(IMDB_URL, IMDB_SHA256) if path is None else Path(path)
    if path.is_dir():
        files = _read_folder(path, unlabelled)
    elif path.is_file():
        files = _read_archive(path, unlabelled)
    else:
        raise FileNotFoundError(f"No IMDB archive or folder: {path}")
    reviews = [(_get_sort_key(name), content) for name, content in files]
    if not reviews:
        raise ValueError(
            f"No reviews in {path}. Expected files such as "
            "aclImdb/train/pos/0_9.txt."
        )
    reviews.sort()
    return TextDataset(
        name="imdb" if labels == "sentiment" else "imdb-ratings",
        class_names=_CLASS_NAMES[labels],
        train=_make_examples(reviews, "train", labels),
        test=_make_examples(reviews, "test", labels),
        unlabelled=[
            _decode(content)
            for (_, kind, *_), content in reviews
            if kind == "unsup"
        ],
    )


def _read_archive(path: Path, unlabelled: bool) -> Iterator[tuple[str, bytes]]:
    try:
        unpacked = 0
        with tarfile.open(path, "r:*") as archive:
            for member in archive:
                # A sparse file has a size that the archive need not hold.
                unpacked += member.size
                check_expansion(path, unpacked)
                if member.isfile() and _is_wanted(member.name, unlabelled):
                    if member.size > MAX_ROW_BYTES:
                        raise ValueError(
                            f"{member.name} in {path} is longer than "
                            f"{MAX_ROW_BYTES:,} bytes"
                        )
                    file = archive.extractfile(member)
                    if file is not None:
                        yield member.name, file.read()
            _check_end(archive)
    except _DAMAGE as error:
        raise ValueError(
            f"Damaged or truncated archive: {path} ({error})"
        ) from error


def _check_end(archive: tarfile.TarFile) -> None:
    """Raise unless the archive ends as archives do, checksum included.

    `tarfile` takes a damaged header for the end, and reads no further.
    """
    size, zeros = 0, True
    while archive.fileobj and (block := archive.fileobj.read(1 << 16)):
        size += len(block)
        zeros = zeros and not block.strip(b"\0")
    if size < tarfile.BLOCKSIZE or not zeros:
        raise tarfile.ReadError("it does not end as an archive does")


def _read_folder(path: Path, unlabelled: bool) -> Iterator[tuple[str, bytes]]:
    for file in path.rglob("*.txt"):
        name = file.relative_to(path).as_posix()
        if _is_wanted(name, unlabelled):
            yield name, file.read_bytes()


def _is_wanted(name: str, unlabelled: bool) -> bool:
    match = _REVIEW.search(name)
    return match is not None and (unlabelled or match[2] != "unsup")


def _get_sort_key(name: str) -> tuple[str, str, int, str]:
    match = _REVIEW.search(name)
    if match is None:
        raise ValueError(f"Not the name of a review: {name}")
    return match[1], match[2], int(match[3]), match[4]


def _make_examples(
    reviews: list[tuple[tuple[str, str, int, str], bytes]],
    split: str,
    labels: str,
) -> Examples:
    names = _CLASS_NAMES[labels]
    chosen = [
        (content, rating if labels == "rating" else _SENTIMENTS[kind])
        for (of_split, kind, _, rating), content in reviews
        if of_split == split and kind in _SENTIMENTS
    ]
    if strange := {label for _, label in chosen} - set(names):
        raise ValueError(
            f"Invalid names of reviews. Expected the ratings {', '.join(names)}"
            f" after the number. Received: {min(strange)}"
        )
    return Examples(
        [_decode(content) for content, _ in chosen],
        [names.index(label) for _, label in chosen],
    )


def _decode(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")
