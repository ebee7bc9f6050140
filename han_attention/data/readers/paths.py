"""The files of texts at a path, in a folder, or that match a pattern."""

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from han_attention.data.readers.registry import FORMATS
from han_attention.data.readers.registry import LABEL_FOLDER
from han_attention.data.readers.registry import LABELLED_FORMATS
from han_attention.data.readers.registry import READERS
from han_attention.data.readers.registry import Reader
from han_attention.data.readers.text_stream import get_suffix


@dataclass(frozen=True)
class FoundFiles:
    """Files of rows, and files that are one text each.

    Attributes:
        files: All of them, each once, sorted.
        label_folders: Folders named after the label of the texts in them.
    """

    files: list[Path]
    label_folders: frozenset[Path]

    def get_reader(self, file: Path) -> Reader:
        """What reads one of the files."""
        if file.parent in self.label_folders:
            return LABEL_FOLDER
        return READERS[get_suffix(file)]


def find_files(paths: str | Path | Sequence[str | Path]) -> FoundFiles:
    """Find the files of one or more paths, folders and patterns.

    Raises:
        FileNotFoundError: if there is none for one of them.
        ValueError: for an empty list, an unknown format, or a folder with
            both files of rows and label folders.
    """
    several = [paths] if isinstance(paths, (str, Path)) else list(paths)
    if not several:
        raise ValueError(
            "Invalid value for argument `paths`. Expected at least one file, "
            "folder or pattern. Received: paths=[]"
        )
    files: set[Path] = set()
    label_folders: set[Path] = set()
    for path in [match for one in several for match in _match(one)]:
        if path.is_dir():
            inside, labels = _search_folder(path)
            files.update(inside)
            label_folders.update(labels)
        else:
            files.add(path)
    for file in files:
        if get_suffix(file) not in READERS:
            raise ValueError(
                f"Unknown format: {file}. Expected a name that ends in one "
                f"of {', '.join(FORMATS)}, or in one of these and .gz."
            )
    return FoundFiles(sorted(files), frozenset(label_folders))


def _match(path: str | Path) -> list[Path]:
    if not str(path):
        raise FileNotFoundError("No file: the path is empty.")
    if Path(path).exists():
        return [Path(path)]
    if not glob.has_magic(str(path)):
        raise FileNotFoundError(f"No such file or folder: {path}")
    matches = glob.glob(str(path), recursive=True)
    if not matches:
        raise FileNotFoundError(f"No file matches {str(path)!r}.")
    return [Path(match) for match in matches]


def _search_folder(folder: Path) -> tuple[list[Path], set[Path]]:
    """Files in a folder, or in the label folders of it, and these."""
    inside = [path for path in folder.iterdir() if path.name[0] != "."]
    tables = [
        p for p in inside if get_suffix(p) in LABELLED_FORMATS and p.is_file()
    ]
    texts = [p for sub in inside if sub.is_dir() for p in _list_texts(sub)]
    if tables and texts:
        raise ValueError(
            f"The folder {folder} holds both files of rows, such as "
            f"{min(tables).name}, and folders of texts, such as "
            f"{min(texts).parent.name}. Give the path of one kind."
        )
    files = tables or texts or _list_texts(folder)
    if not files:
        raise FileNotFoundError(
            f"No texts in the folder {folder}. Expected a folder of .txt "
            f"files for each label, or files that end in {', '.join(FORMATS)}."
        )
    return files, {file.parent for file in texts}


def _list_texts(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.iterdir()
        if get_suffix(path) in LABEL_FOLDER.suffixes
        and path.name[0] != "."
        and path.is_file()
    ]
