"""A fork of a process that has predicted: it answers or says why not."""

import subprocess
import sys

from predictor_cases import TEXTS
from predictor_cases import make_flat

from han_attention.export.exporter import export_model

PROGRAM = """\
import os
import signal
from han_attention import OnnxPredictor, Predictor

texts = ["A fine film.", "Dull!"] * 50
exported, whole = OnnxPredictor.load("model_onnx"), Predictor.load("model")
expected = exported.predict(texts)
whole.predict(texts)
if not os.fork():
    signal.alarm(60)
    print(exported.predict(texts) == expected, flush=True)
    for use in (lambda: whole.predict(texts), lambda: Predictor.load("model")):
        try:
            use()
        except RuntimeError as error:
            print(error, flush=True)
    os._exit(0)
_, status = os.wait()
print(os.waitstatus_to_exitcode(status))
"""


def test_a_fork_does_not_wait_for_ever(tmp_path):
    predictor = make_flat()
    export_model(predictor, tmp_path / "model_onnx", texts=TEXTS)
    predictor.save(tmp_path / "model")
    process = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=120,
    )
    answered, *refused, code = process.stdout.splitlines()
    assert (answered, code) == ("True", "0"), process.stderr
    assert len(refused) == 2
    assert all("spawn" in line for line in refused)
