"""Two devices learn what one does; what cannot be is refused in a line."""

import json
import subprocess
import sys
from pathlib import Path

import keras
import pytest
from distribution_cases import make_environment

from han_attention.settings import Settings
from han_attention.training.distribution.devices import ONE_DEVICE
from han_attention.training.distribution.devices import choose_devices

PROGRAM = Path(__file__).with_name("two_devices.py")
BACKEND = keras.backend.backend()
WAYS = {"tensorflow": "mirrored", "jax": "data-parallel"}


@pytest.mark.slow
@pytest.mark.skipif(BACKEND not in WAYS, reason="PyTorch has one device")
def test_two_devices_learn_what_one_does(tmp_path):
    """Uneven batches, class weights, logs, n-grams; ended and resumed."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path)],
        capture_output=True,
        text=True,
        env=make_environment(BACKEND),
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    for one, two in zip(found["one"], found["two"], strict=True):
        assert one == pytest.approx(two, abs=1e-5)
    assert found["one"][0]["loss"] != found["one"][1]["loss"]
    assert found["difference"] < 1e-5
    assert found["resumed"] == found["two"]
    assert found["difference_resumed"] == 0


def test_one_device_is_nothing_to_divide_among():
    assert choose_devices(Settings()) is ONE_DEVICE
    if BACKEND in WAYS:
        for way in ("auto", WAYS[BACKEND]):
            assert choose_devices(Settings(distribute=way)).number == 1


@pytest.mark.parametrize("way", ["auto", "mirrored", "data-parallel"])
def test_what_keras_cannot_is_refused(way):
    if way in ("auto", WAYS.get(BACKEND)) and BACKEND in WAYS:
        pytest.skip("this can be")
    with pytest.raises(ValueError, match=f"Received: distribute='{way}'") as e:
        choose_devices(Settings(distribute=way))
    assert "\n" not in str(e.value)


@pytest.mark.skipif(BACKEND != "tensorflow", reason="of TensorFlow")
def test_several_workers_are_refused(monkeypatch):
    cluster = {"worker": ["127.0.0.1:1", "127.0.0.1:2"]}
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster}))
    with pytest.raises(ValueError, match="one process.* the 2 processes"):
        choose_devices(Settings(distribute="mirrored"))
    monkeypatch.setenv("TF_CONFIG", "no JSON")
    assert choose_devices(Settings(distribute="mirrored")) is ONE_DEVICE
