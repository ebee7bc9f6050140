"""Public names that are imported when they are first used.

Beside the `__init__.py` of a lazy package stands an `__init__.pyi`, the only
list of its names: type checkers read it, and `attach_stub` does.
"""

import ast
import importlib
import sys
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Face = tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]


def attach_stub(
    package: str, file: str, former: Mapping[str, str] | None = None
) -> Face:
    """Make `__getattr__`, `__dir__` and `__all__` of a package from its stub.

    Args:
        package: `__name__` of the package.
        file: `__file__` of the package.
        former: Names that are still known, but neither listed nor seen by
            type checkers: by the module that has them, beside each other.
            Defaults to `None`: none.

    Returns:
        What is to be assigned to `__getattr__, __dir__, __all__`.
    """
    places = _read_stub(Path(file).with_suffix(".pyi"))
    known = places | {
        name: f"{package}.{module}:{name}"
        for module, names in (former or {}).items()
        for name in names.split()
    }

    def get(name: str) -> Any:
        if name not in known:
            raise AttributeError(
                f"module {package!r} has no attribute {name!r}"
            )
        module, _, attribute = known[name].partition(":")
        value: Any = importlib.import_module(module)
        if attribute:
            value = getattr(value, attribute)
        setattr(sys.modules[package], name, value)
        return value

    names = list(places)
    return get, lambda: sorted(names), names


def _read_stub(path: Path) -> dict[str, str]:
    """Where each name of a stub is: `"module"` or `"module:name"`."""
    places = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                # A module of the top is imported as such.
                separator = ":" if "." in str(node.module) else "."
                places[alias.name] = f"{node.module}{separator}{alias.name}"
    return places
