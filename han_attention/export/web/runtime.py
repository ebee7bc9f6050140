"""The files of onnxruntime-web, which are put into the page."""

import json
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = "onnxruntime-web"
_SCRIPT = "ort.wasm.bundle.min.mjs"
_PROGRAM = "ort-wasm-simd-threaded.wasm"


@dataclass(frozen=True)
class WebRuntime:
    """What runs a model in a browser.

    Attributes:
        version: Of the npm package.
        script: The JavaScript of it.
        program: The WebAssembly of it.
    """

    version: str
    script: bytes
    program: bytes


def read_web_runtime(folder: str | Path | None = None) -> WebRuntime:
    """Read an installed onnxruntime-web.

    Args:
        folder: That of the npm package. Defaults to None: it is looked for in
            `node_modules` here and in the folders above, as Node does.

    Raises:
        ImportError: if it is not there, or one of its files.
    """
    found = _find() if folder is None else Path(folder)
    if found is None:
        raise ImportError(
            f"Export to web needs the npm package {_PACKAGE}: npm install "
            f"{_PACKAGE}, here or elsewhere with --ort-web FOLDER "
            "(ort_web=)"
        )
    try:
        return WebRuntime(
            _read_version(found / "package.json"),
            (found / "dist" / _SCRIPT).read_bytes(),
            (found / "dist" / _PROGRAM).read_bytes(),
        )
    except OSError as error:
        raise ImportError(
            f"Export to web needs the npm package {_PACKAGE}. In "
            f"{str(found)!r} there is no {error.filename}: give the folder "
            f"node_modules/{_PACKAGE} of one that is installed"
        ) from None


def _find() -> Path | None:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (found := folder / "node_modules" / _PACKAGE).is_dir():
            return found
    return None


def _read_version(path: Path) -> str:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        name, version = content["name"], str(content["version"])
    except (ValueError, KeyError, TypeError):
        name = version = ""
    if name != _PACKAGE:
        raise ImportError(
            f"Export to web needs the npm package {_PACKAGE}. Received one "
            f"that is another by its {path}"
        )
    return version
