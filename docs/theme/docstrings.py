"""Docstrings as mkdocstrings reads them; they are written for `help`."""

import importlib
import inspect
import re

import griffe

# These list every setting: made when the package is imported.
MADE_WHEN_IMPORTED = (
    "han_attention.estimator.TextClassifier",
    "han_attention.settings.Settings",
)


class Docstrings(griffe.Extension):
    """An example stands below its heading, without indentation."""

    def on_object(self, *, obj, **_):
        if obj.path in MADE_WHEN_IMPORTED:
            obj.docstring = griffe.Docstring(
                inspect.getdoc(_import(obj.path)), parent=obj, parser="google"
            )
        if obj.docstring is not None:
            obj.docstring.value = re.sub(
                r"^Examples?:\n((?:(?!^\w[\w ]*:$).*\n?)*)",
                lambda match: "Examples:\n" + _indent(match[1]),
                obj.docstring.value,
                flags=re.M,
            )

    def on_package(self, *, pkg, **_):
        for path in MADE_WHEN_IMPORTED:
            parameters = inspect.signature(_import(path)).parameters
            for each in pkg[path.partition(".")[2]].parameters:
                if each.name in parameters:
                    each.default = repr(parameters[each.name].default)


def _import(path):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _indent(text):
    if not text.startswith(">>>"):
        return text  # is indented
    return re.sub(r"^(?=.)", "    ", text, flags=re.M)
