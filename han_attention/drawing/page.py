"""The files of which pages of HTML are made."""

from importlib.resources import files


def read_part(package: str, name: str) -> str:
    """A file of the folder `parts` of a package.

    Example:
    >>> "article" in read_part("han_attention.drawing", "style.css")
    True
    """
    return (files(package) / "parts" / name).read_text(encoding="utf-8")
