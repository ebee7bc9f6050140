"""Datasets by name or path; never imports Keras before it is asked to."""

from pathlib import Path

from han_attention.data.dataset import TextDataset
from han_attention.data.demo import make_demo_reviews
from han_attention.data.imdb import load_imdb
from han_attention.data.keras_imdb import load_keras_imdb

_LOADERS = {"keras-imdb": load_keras_imdb, "demo": make_demo_reviews}
_NAMES = sorted([*_LOADERS, "imdb"])


def load_dataset(
    name_or_path: str | Path, unlabelled: bool = False
) -> TextDataset:
    """Load a dataset by its name, or IMDB from a local archive or folder.

    Args:
        name_or_path: `"imdb"` (downloaded once), `"keras-imdb"` (likewise, by
            Keras), `"demo"` (generated), or the path of an
            `aclImdb_v1.tar.gz` or of the folder it unpacks to.
        unlabelled: Whether to read unlabelled texts too, where the dataset
            has some (IMDB). Defaults to `False`.

    Returns:
        A `TextDataset`.

    Raises:
        FileNotFoundError: if it is neither a name nor a path that exists.
        OSError: if a download or a file fails.
        ValueError: if what is there is no such dataset.

    Example:
    >>> load_dataset("demo").class_names
    ('negative', 'positive')
    """
    if str(name_or_path) == "imdb":
        return load_imdb(unlabelled=unlabelled)
    loader = _LOADERS.get(str(name_or_path))
    if loader is not None:
        return loader()
    if not str(name_or_path) or not Path(name_or_path).exists():
        raise FileNotFoundError(
            f"No dataset {str(name_or_path)!r}. Expected one of "
            f"{_NAMES}, or the path of an IMDB archive or folder."
        )
    return load_imdb(name_or_path, unlabelled)
