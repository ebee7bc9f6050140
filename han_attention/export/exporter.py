"""Writes a predictor as a folder to deploy, in one of several formats."""

import dataclasses
import shutil
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

from han_attention.atomic import replace_when_written
from han_attention.export.comparison import check_texts_to_compare
from han_attention.export.comparison import compare
from han_attention.export.formats import FORMATS
from han_attention.export.formats import TOLERANCES
from han_attention.export.formats import check_installed
from han_attention.export.formats import check_precision
from han_attention.export.formats import get_shape
from han_attention.export.formats import limit_length
from han_attention.export.parity import check_parity
from han_attention.export.parity import parity_batches
from han_attention.inference.base import probabilities
from han_attention.inference.onnx import OnnxPredictor
from han_attention.inference.onnx import open_session
from han_attention.inference.saved_model import check_replaceable
from han_attention.inference.saved_model import write_saved_model
from han_attention.validation import check_choice
from han_attention.validation import check_positive_number

if TYPE_CHECKING:  # to list the formats, Keras is not needed
    from han_attention.inference.keras import Predictor


def export_model(
    predictor: "Predictor",
    folder: str | Path,
    format: str = "onnx",
    texts: Sequence[str] = (),
    length: int | None = None,
    tolerance: float | None = None,
    precision: str = "float32",
    labels: Sequence[Any] | None = None,
    batch_size: int = 1,
    settings: Mapping[str, Any] | None = None,
    ort_web: str | Path | None = None,
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
            `"litert"`: one text of any length, of documents with as many
            sentences as `max_sentences` says; `"web"`: ONNX, and beside it
            `index.html`, a page that classifies what is typed and needs
            nothing else. Defaults to `"onnx"`.
        texts: Real texts to compare on. A few made-up ones, from no words to
            many, are always compared. Defaults to `()`.
        length: With `"litert"`, the fixed number of ids of a text, or of a
            sentence. Longer ones are to be cut. Defaults to `None`: any number.
        tolerance: The largest difference of a probability. Defaults to
            `None`: 1e-05 for float32, beside Keras; 0.002 for float16 and
            0.05 for int8, beside float32.
        precision: Of the numbers in an ONNX file: `"float32"`, `"float16"` or
            `"int8"`, which need `texts` and note under `comparison` what they
            cost. Defaults to `"float32"`.
        labels: The true labels of `texts`, for the accuracy in `comparison`.
            Defaults to `None`: not known.
        batch_size: With `"litert"`, the fixed number of texts. Defaults to 1.
        settings: Of the training, to be noted. Defaults to `None`.
        ort_web: With `"web"`, the folder of the npm package onnxruntime-web.
            Defaults to `None`: it is looked for in `node_modules`, here and in
            the folders above.

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
    if tolerance is not None:
        check_positive_number("tolerance", tolerance)
    check_precision(format, precision)
    check_installed(format, target.packages)
    folder = Path(folder)
    _check_replaceable(folder)
    shape = get_shape(format, batch_size, length, predictor.preprocessor)
    write_page = _prepare_page(format, predictor, ort_web)
    preprocessor = limit_length(predictor.preprocessor, length)
    if isinstance(texts, str):
        raise TypeError("Expected a list of texts for `texts`. Received one.")
    if precision != "float32":
        check_texts_to_compare(predictor, texts, labels)
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
                shape,
                target.traced or gpu_name() is not None,
            )
        )
        limit = TOLERANCES["float32"]
        if precision == "float32":
            limit = tolerance or limit
        notes: dict[str, Any] = {
            "format": format,
            "precision": precision,
            "settings": dict(settings or {}),
            **predictor.list_notes(),
            "parity": dataclasses.asdict(
                check_parity(expected, received, limit)
            ),
        }
        classes = (predictor.class_names, predictor.multi_label)
        if precision != "float32":
            notes["comparison"] = _reduce_precision(
                path,
                precision,
                lambda session: OnnxPredictor(session, preprocessor, *classes),
                texts,
                labels,
                tolerance or TOLERANCES[precision],
            )
        write_page(path)
        write_saved_model(temporary, preprocessor, *classes, **notes)
    return folder


def _prepare_page(
    format: str, predictor: "Predictor", ort_web: str | Path | None
) -> Callable[[Path], None]:
    """What writes the page beside a model, if the format has one."""
    if not FORMATS[format].page:
        if ort_web is not None:
            raise ValueError(
                "Invalid value for argument `ort_web`. Expected None for "
                f"format={format!r}. Received: ort_web={str(ort_web)!r}"
            )
        return lambda path: None
    from han_attention.export.web.page import write_web_page
    from han_attention.export.web.runtime import read_web_runtime

    runtime = read_web_runtime(ort_web)
    return lambda path: write_web_page(path, predictor, runtime)


def _reduce_precision(
    path: Path,
    precision: str,
    make_predictor: Callable[[Any], OnnxPredictor],
    texts: Sequence[str],
    labels: Sequence[Any] | None,
    tolerance: float,
) -> dict[str, Any]:
    """Write the file in fewer bits, and tell what that costs.

    Raises:
        ValueError: if a probability differs by more than `tolerance`.
    """
    from han_attention.export.precision import reduce_precision

    original = path.with_name(f"float32-{path.name}")
    shutil.copy(path, original)
    reduce_precision(path, precision)
    first, second = (
        make_predictor(open_session(file)) for file in (original, path)
    )
    comparison = compare((first, second), (original, path), texts, labels)
    original.unlink()
    difference = comparison.largest_difference
    if not difference <= tolerance:
        raise ValueError(
            f"In {precision} the model is another: over {len(texts)} texts "
            f"its probabilities differ by up to {difference:.2g} from those "
            f"of float32, more than tolerance={tolerance:.2g}. Nothing was "
            "written."
        )
    return comparison.to_dict()


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
