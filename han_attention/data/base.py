"""What a dataset is, and how a public one is fetched and read safely."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

CACHE_VARIABLE = "HAN_ATTENTION_CACHE"


@dataclass(frozen=True)
class Examples:
    """Texts and their labels, numbers into `TextDataset.class_names`."""

    texts: Sequence[str]
    labels: Sequence[int]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True)
class TextDataset:
    """A named dataset in memory, split for training and testing.

    Attributes:
        name: What to call it in a report.
        class_names: Name of each label.
        train: `Examples` to learn from.
        test: `Examples` to judge by.
        unlabelled: Further texts without labels.
        vocabulary: Words in the order of their ids, from 3 on, for a dataset
            that brings its own numbering; else empty.
    """

    name: str
    class_names: Sequence[str]
    train: Examples
    test: Examples
    unlabelled: Sequence[str] = ()
    vocabulary: Sequence[str] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for split, examples in (("train", self.train), ("test", self.test)):
            if not len(examples):
                raise ValueError(
                    f"The {split} split of dataset {self.name!r} is empty."
                )
            if len(examples.labels) != len(examples.texts):
                raise ValueError(
                    f"The {split} split of dataset {self.name!r} has "
                    f"{len(examples.texts)} texts but "
                    f"{len(examples.labels)} labels."
                )
        if len(set(self.train.labels)) < 2:
            raise ValueError(
                "Training needs at least two different labels. Dataset "
                f"{self.name!r} has only {set(self.train.labels)}."
            )


def cache_folder() -> Path:
    """Where downloads are kept: `$HAN_ATTENTION_CACHE`, or the user's cache."""
    import pooch  # only a download needs it

    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen or pooch.os_cache("han_attention")).expanduser()


def download(url: str, sha256: str) -> Path:
    """Fetch a file into the cache folder, once, with a progress bar.

    Args:
        url: Where the file is.
        sha256: Its checksum; a cached file that does not match it is fetched
            again.

    Returns:
        The path of the file in the cache folder.

    Raises:
        OSError: if the file cannot be fetched or written.
        ValueError: if what was fetched does not match the checksum.

    Reference:
        https://www.fatiando.org/pooch
    """
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")
    name = url.rsplit("/", 1)[-1]
    try:
        path = pooch.retrieve(
            url,
            known_hash=f"sha256:{sha256}",
            fname=name,
            path=cache_folder(),
            progressbar=True,
        )
    except requests.RequestException as error:
        raise OSError(
            f"Cannot download {url}: {type(error).__name__}. Check the "
            f"network, or fetch {name} by hand and give its path."
        ) from error
    return Path(path)
