"""The checksums of a saved folder: of its own files, and of all that count."""

import hashlib
from collections.abc import Collection
from collections.abc import Mapping
from pathlib import Path
from pathlib import PurePosixPath
from typing import Any


def make_checksums(folder: Path, without: Collection[Path]) -> dict[str, str]:
    """The sha256 of each file in a folder but some, by its name there."""
    return {
        path.relative_to(folder).as_posix(): _sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path not in without
    }


def check_checksums(
    folder: Path, checksums: Any, needed: Collection[str]
) -> None:
    """Raise unless every file of a folder is there and as it was saved.

    Args:
        folder: The folder; no other file is opened.
        checksums: What `make_checksums` gave, read from a file.
        needed: The files that must have one, since they are used.

    Raises:
        FileNotFoundError: if a file is missing.
        ValueError: if a file is altered or has no checksum, or if one is of
            no file in the folder.
    """
    if not isinstance(checksums, Mapping):
        raise ValueError(f"sha256 is no object: {checksums!r:.40}")
    missing = sorted(set(needed) - set(checksums))
    if missing:
        raise ValueError(
            f"Altered model: {folder / missing[0]} has no checksum, and is "
            "not read without one. Save or copy the model again."
        )
    for name, expected in checksums.items():
        path = _find_inside(folder, name)
        if not path.is_file():
            raise FileNotFoundError(f"No model: {path} is missing")
        if _sha256(path) != expected:
            raise ValueError(
                f"Altered model: {path} is not the file that was saved with "
                "config.json (its sha256 differs). Save or copy the model "
                "again."
            )


def _find_inside(folder: Path, name: str) -> Path:
    """The path of a file in a folder, wherever its name may point to."""
    parts = PurePosixPath(name).parts
    outside = not parts or parts[0] == "/" or ".." in parts
    path = folder / name
    if outside or "\0" in name or _leaves(folder, path):
        raise ValueError(
            f"Damaged model: {folder} has a checksum of {name!r:.60}, which "
            "is no file in it"
        )
    return path


def _leaves(folder: Path, path: Path) -> bool:
    """Whether a link in a folder points out of it, but for the whole of it."""
    return not path.resolve().is_relative_to(folder.resolve())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
