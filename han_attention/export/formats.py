"""The formats of a model to deploy: what each needs, and what it can take."""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from typing import Any

from han_attention.inference.saved_model import ONNX_MODEL
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.validation import check_choice
from han_attention.validation import check_positive_integer


@dataclass(frozen=True)
class Format:
    """What a format writes, by which module, and what must be installed.

    One that is not traced is written layer by layer, by any backend; beside
    one with a page stands what runs it in a browser.
    """

    file_name: str
    module: str
    packages: tuple[str, ...] = ()
    fixed_size: bool = False
    traced: bool = True
    page: bool = False


_ONNX = Format(
    ONNX_MODEL,
    "han_attention.export.onnx",
    ("onnx", "onnxruntime"),
    traced=False,
)
FORMATS = {
    "onnx": _ONNX,
    "web": replace(_ONNX, page=True),
    "saved_model": Format("saved_model", "han_attention.export.saved_model"),
    "litert": Format(
        "model.tflite", "han_attention.export.litert", fixed_size=True
    ),
}

# The page, beside a model in a format that has one.
WEB_PAGE = "index.html"

# The largest difference of a probability, by precision.
TOLERANCES = {"float32": 1e-5, "float16": 2e-3, "int8": 0.05}


def check_precision(format: str, precision: str) -> None:
    """Raise unless a format knows a precision."""
    check_choice("precision", precision, TOLERANCES)
    if precision != "float32" and FORMATS[format].file_name != ONNX_MODEL:
        raise ValueError(
            "Invalid value for argument `precision`. Expected 'float32' for "
            f"format={format!r}. Received: precision={precision!r}"
        )


def check_installed(format: str, packages: Sequence[str]) -> None:
    """Raise an ImportError that names what is missing."""
    for package in packages:
        if importlib.util.find_spec(package) is None:
            raise ImportError(
                f"Export to {format} needs {package}: "
                'pip install "han-attention[export]"'
            )


def get_shape(
    format: str,
    batch_size: int,
    length: int | None,
    preprocessor: TextPreprocessor,
) -> tuple[int | None, ...]:
    """The shape of the ids that a file takes, None where any size will do."""
    check_positive_integer("batch_size", batch_size)
    if length is not None:
        check_positive_integer("length", length)
    if FORMATS[format].fixed_size:
        if not preprocessor.hierarchical:
            return batch_size, length
        if preprocessor.max_sentences is None:
            raise ValueError(
                "Invalid value for argument `format`. Expected 'onnx' or "
                "'saved_model' for a hierarchical model without "
                f"`max_sentences`. Received: {format!r}"
            )
        return batch_size, preprocessor.max_sentences, length
    for name, value, default in (
        ("length", length, None),
        ("batch_size", batch_size, 1),
    ):
        if value != default:
            raise ValueError(
                f"Invalid value for argument `{name}`. Expected {default}: "
                f"{format} takes texts of any length, and any number of them. "
                f"Received: {name}={value}"
            )
    return (None, None, None) if preprocessor.hierarchical else (None, None)


def limit_length(
    preprocessor: TextPreprocessor, length: int | None
) -> TextPreprocessor:
    """The preprocessor, texts or sentences cut to what the file takes."""
    name = "max_sentence_tokens" if preprocessor.hierarchical else "max_tokens"
    limits = [each for each in (getattr(preprocessor, name), length) if each]
    shortened: dict[str, Any] = {name: min(limits, default=None)}
    return replace(preprocessor, **shortened)
