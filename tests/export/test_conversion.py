"""The fresh process that converts; what it converts is in test_exporter."""

import shutil
import sys

import numpy as np
import pytest

from han_attention import build_classifier
from han_attention.export.conversion import convert

BATCHES = [np.array([[3, 4, 0]], "int32")]


def test_a_process_that_cannot_start_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    model = build_classifier(9, embedding_dim=2, rnn_units=2)
    with pytest.raises(ValueError, match="Cannot convert: exit code 1"):
        convert(
            model,
            tmp_path / "model",
            "han_attention.no_format",
            BATCHES,
            (1, 3),
        )
    assert not list(tmp_path.iterdir())
