"""What is done when a module is imported, beside the hooks of others."""

import importlib
import sys

import wrapt

from han_attention._import_hook import when_imported


def test_hooks_of_others_and_ours_are_all_called():
    sys.modules.pop("colorsys", None)
    done = []
    when_imported("colorsys", lambda: done.append("first"))
    wrapt.register_post_import_hook(lambda _: done.append("other"), "colorsys")
    when_imported("colorsys", lambda: done.append("second"))
    module = importlib.import_module("colorsys")
    assert sorted(done) == ["first", "other", "second"]
    assert module.__spec__.loader is module.__loader__
    assert importlib.reload(module) is module
    when_imported("colorsys", lambda: done.append("at once"))
    assert done[-1] == "at once"
