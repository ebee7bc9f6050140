"""Docstrings as mkdocstrings reads them; they are written for `help`."""

import importlib
import inspect
import re

import griffe

# Written when the package is imported: they list every setting.
MADE_WHEN_IMPORTED = {"han_attention.estimator.TextClassifier"}


class Docstrings(griffe.Extension):
    """An example stands below its heading, without indentation."""

    def on_object(self, *, obj, **_):
        if obj.path in MADE_WHEN_IMPORTED:
            module, _, name = obj.path.rpartition(".")
            value = getattr(importlib.import_module(module), name)
            obj.docstring = griffe.Docstring(
                inspect.getdoc(value), parent=obj, parser="google"
            )
        if obj.docstring is not None:
            obj.docstring.value = re.sub(
                r"^Examples?:\n((?:(?!^\w[\w ]*:$).*\n?)*)",
                lambda match: "Examples:\n" + _indent(match[1]),
                obj.docstring.value,
                flags=re.M,
            )


def _indent(text):
    if not text.startswith(">>>"):
        return text  # is indented
    return re.sub(r"^(?=.)", "    ", text, flags=re.M)
