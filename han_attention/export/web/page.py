"""Writes the page: the model, its runtime and its rules, all in one file.

Browsers let a page that is opened from a disk load no file beside it. So what
it needs stands in it, packed, and it is the same behind a server.
"""

import gzip
from base64 import b64encode
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import onnx

from han_attention.drawing.page import make_policy
from han_attention.drawing.page import read_part
from han_attention.drawing.page import script_json
from han_attention.explain.explanation import ATTENTION
from han_attention.explain.explanation import CONTRIBUTION
from han_attention.explain.render.html.data import IN_SENTENCE
from han_attention.explain.render.html.data import describe_method
from han_attention.export.formats import WEB_PAGE
from han_attention.export.web.encoding import describe_encoder
from han_attention.export.web.runtime import WebRuntime
from han_attention.inference.base import TextPredictor
from han_attention.text.ragged import MAX_BATCH_TOKENS

_PACKAGE = "han_attention.export.web"
_DRAWING = "han_attention.explain.render.html"
_SCRIPTS = (
    (
        _DRAWING,
        ("data.js", "drawing.js", "reading.js", "phrases.js", "guide.js"),
    ),
    (
        _PACKAGE,
        (
            "characters.js",
            "tokenizer.js",
            "sentences.js",
            "encoding.js",
            "scores.js",
            "methods.js",
            "model.js",
            "classify.js",
        ),
    ),
)
# The runtime, which the script unpacks, runs too.
_UNPACKED = " blob: 'wasm-unsafe-eval'"
# The output of the graph that each method reads.
_OUTPUTS = {
    ATTENTION: "word_weights",
    IN_SENTENCE: "sentence_weights",
    CONTRIBUTION: "contributions",
}


def write_web_page(
    path: Path,
    predictor: TextPredictor,
    runtime: WebRuntime,
    title: str = "Classify a text",
) -> None:
    """Write `index.html` beside a model that was exported as ONNX.

    It loads nothing and can send nothing: its policy allows no connection.
    What is typed never leaves the browser.

    Args:
        path: Of the ONNX file.
        predictor: Of the model: its preprocessor, classes and thresholds.
        runtime: From `read_web_runtime`.
        title: The heading. Defaults to `"Classify a text"`.
    """
    outputs = [each.name for each in onnx.load(path).graph.output]
    data = _describe(predictor, outputs)
    style = read_part("han_attention.drawing", "style.css") + read_part(
        _PACKAGE, "web.css"
    )
    script = "\n".join(
        read_part(package, name)
        for package, names in _SCRIPTS
        for name in names
    )
    page = Template(read_part(_PACKAGE, "page.html")).substitute(
        title=escape(title),
        policy=make_policy(style, script, _UNPACKED),
        style=style,
        version=escape(runtime.version),
        data=script_json(data),
        runtime=_pack(runtime.script),
        program=_pack(runtime.program),
        model=_pack(path.read_bytes()),
        script=script,
    )
    path.with_name(WEB_PAGE).write_text(page, encoding="utf-8")


def _describe(
    predictor: TextPredictor, outputs: Sequence[str]
) -> dict[str, Any]:
    """What the scripts know of the model."""
    methods = [name for name, output in _OUTPUTS.items() if output in outputs]
    return {
        "names": [str(name) for name in predictor.class_names],
        "classes": len(predictor.class_names),
        "methods": [describe_method(name) for name in methods],
        "texts": [],
        "outputs": list(outputs),
        "reads": methods,
        "multi_label": predictor.multi_label,
        "thresholds": predictor.thresholds,
        "most_tokens": MAX_BATCH_TOKENS,
        **describe_encoder(predictor.preprocessor),
    }


def _pack(content: bytes) -> str:
    """As letters and digits that a script element can hold."""
    return b64encode(gzip.compress(content, mtime=0)).decode("ascii")
