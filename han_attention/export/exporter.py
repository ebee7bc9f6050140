"""Writes a predictor as a folder to deploy, in one of several formats."""

import dataclasses
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from han_attention.atomic import replace_when_written
from han_attention.export.parity import check_parity
from han_attention.export.parity import parity_batches
from han_attention.inference.base import probabilities
from han_attention.inference.saved_model import ONNX_MODEL
from han_attention.inference.saved_model import check_replaceable
from han_attention.inference.saved_model import write_saved_model
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.validation import check_choice
from han_attention.validation import check_positive_integer
from han_attention.validation import check_positive_number

if TYPE_CHECKING:  # to list the formats, Keras is not needed
    from han_attention.inference.keras import Predictor


@dataclass(frozen=True)
class Format:
    """What a format writes, by which module, and what must be installed.

    One that is not traced is written layer by layer, by any backend.
    """

    file_name: str
    module: str
    packages: tuple[str, ...] = ()
    fixed_length: bool = False
    traced: bool = True


FORMATS = {
    "onnx": Format(
        ONNX_MODEL,
        "han_attention.export.onnx",
        ("onnx", "onnxruntime"),
        traced=False,
    ),
    "saved_model": Format("saved_model", "han_attention.export.saved_model"),
    "litert": Format(
        "model.tflite", "han_attention.export.litert", fixed_length=True
    ),
}


def export_model(
    predictor: "Predictor",
    folder: str | Path,
    format: str = "onnx",
    texts: Sequence[str] = (),
    length: int | None = None,
    tolerance: float = 1e-5,
) -> Path:
    """Write a model to deploy, once it gives the numbers of the Keras model.

    The folder gets `model.onnx`, `saved_model/` or `model.tflite`, from ids
    to logits; `tokenizer.json`; and `config.json`, with the result of the
    comparison under `parity`. It is written as a whole or not at all, and
    takes the place of an earlier export.

    Args:
        predictor: The trained model.
        folder: Where to write.
        format: `"onnx"` or `"saved_model"`: batches of any size and length;
            `"litert"`: one text of a fixed length. Defaults to `"onnx"`.
        texts: Real texts to compare on. A few made-up ones, from no words to
            many, are always compared. Defaults to `()`.
        length: With `"litert"`, the number of ids of a text. Longer texts are
            to be cut. Defaults to `None`: the `max_tokens` of the predictor.
        tolerance: The largest difference of a probability. Defaults to 1e-05.

    Returns:
        The folder.

    Raises:
        ImportError: if what the format needs is not installed.
        FileExistsError: if there are other files beside an earlier export.
        ValueError: for an argument out of range, a folder of something else,
            a model that the format cannot hold, or predictions that differ.

    Example:
    >>> export_model(predictor, "model_onnx").name  # doctest: +SKIP
    'model_onnx'
    """
    target = FORMATS[check_choice("format", format, FORMATS)]
    check_positive_number("tolerance", tolerance)
    _check_installed(format, target.packages)
    folder = Path(folder)
    _check_replaceable(folder)
    length = _fixed_length(format, length, predictor.preprocessor)
    preprocessor = _limit_length(predictor.preprocessor, length)
    if isinstance(texts, str):
        raise TypeError("Expected a list of texts for `texts`. Received one.")
    batches = parity_batches(preprocessor, texts)
    from han_attention.device import gpu_name
    from han_attention.export.conversion import convert

    with replace_when_written(folder) as temporary:
        temporary.mkdir()
        path = temporary / target.file_name
        expected, received = (
            [
                probabilities(logits, predictor.multi_label)
                for logits in of_model
            ]
            for of_model in convert(
                predictor.model,
                path,
                target.module,
                batches,
                length,
                target.traced or gpu_name() is not None,
            )
        )
        parity = check_parity(expected, received, tolerance)
        write_saved_model(
            temporary,
            preprocessor,
            predictor.class_names,
            predictor.multi_label,
            format=format,
            parity=dataclasses.asdict(parity),
            thresholds=predictor.thresholds,
            training=predictor.training,
        )
    return folder


def _check_installed(format: str, packages: Sequence[str]) -> None:
    for package in packages:
        if importlib.util.find_spec(package) is None:
            raise ImportError(
                f"Export to {format} needs {package}: "
                'pip install "han-attention[export]"'
            )


def _check_replaceable(folder: Path) -> None:
    """Raise if there is something that is not an earlier export.

    What is there is deleted: it must not be a model, or a home folder.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    artifacts = (folder / known.file_name for known in FORMATS.values())
    if not any(path.exists() for path in artifacts):
        raise ValueError(
            "Invalid value for argument `folder`. Expected a new folder, an "
            f"empty one or an earlier export. Received: folder={str(folder)!r}"
        )
    check_replaceable(folder)


def _fixed_length(
    format: str, length: int | None, preprocessor: TextPreprocessor
) -> int | None:
    if length is not None:
        check_positive_integer("length", length)
    if FORMATS[format].fixed_length and preprocessor.hierarchical:
        raise ValueError(
            "Invalid value for argument `format`. Expected 'onnx' or "
            f"'saved_model' for a hierarchical model. Received: {format!r}"
        )
    if not FORMATS[format].fixed_length:
        if length is None:
            return None
        expected = f"None: {format} takes texts of any length"
    elif length or preprocessor.max_tokens:
        return length or preprocessor.max_tokens
    else:
        expected = "the number of ids: the model has no `max_tokens`"
    raise ValueError(
        f"Invalid value for argument `length`. Expected {expected}. "
        f"Received: length={length}"
    )


def _limit_length(
    preprocessor: TextPreprocessor, length: int | None
) -> TextPreprocessor:
    """The preprocessor, texts cut to what the file takes."""
    limits = [limit for limit in (preprocessor.max_tokens, length) if limit]
    return dataclasses.replace(
        preprocessor, max_tokens=min(limits, default=None)
    )
