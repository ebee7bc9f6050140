"""`han-attention serve`: requests good and bad, many at once, and its end."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from han_attention import OnnxPredictor
from han_attention import TextClassifier
from han_attention import load_csv

httpx = pytest.importorskip("httpx")
pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")


def wait_for(address):
    """Until a server answers."""
    for _ in range(600):
        try:
            httpx.get(f"{address}/health")
            return
        except httpx.TransportError:
            time.sleep(0.1)


@pytest.fixture(scope="module")
def server(onnx_model):
    """The address of a server, a process of its own; SIGTERM ends it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "han_attention", "serve", str(onnx_model)]
    flags = ["--port", str(port), "--max-bytes", "50000", "--max-texts", "64"]
    process = subprocess.Popen(
        [*command, *flags], stderr=subprocess.PIPE, text=True
    )
    address = f"http://127.0.0.1:{port}"
    wait_for(address)
    yield address
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) in (0, -signal.SIGTERM)
    with process.stderr as errors:
        assert "Traceback" not in errors.read()


def test_one_text_and_several(server, data, onnx_model):
    texts, _ = load_csv(data / "test.csv")
    expected = OnnxPredictor.load(onnx_model).predict_proba(texts)
    answer = httpx.post(f"{server}/predict", json={"texts": texts})
    found = answer.json()["predictions"]
    for one, row in zip(found, expected, strict=True):
        assert list(one["probabilities"]) == ["negative", "positive"]
        shares = list(one["probabilities"].values())
        np.testing.assert_allclose(shares, row, atol=1e-6)
        assert one["label"] == max(
            one["probabilities"], key=one["probabilities"].get
        )
    alone = httpx.post(f"{server}/predict", json={"texts": [" ", texts[0]]})
    empty, one = alone.json()["predictions"]
    # As `predict` has it.
    assert (empty["label"], empty["error"]) == (None, "The text is empty.")
    assert one.get("error") is None
    assert one["probabilities"] == pytest.approx(
        found[0]["probabilities"], abs=1e-5
    )


def test_health_version_and_openapi(server):
    assert httpx.get(f"{server}/health").json() == {"status": "ok"}
    version = httpx.get(f"{server}/version").json()
    assert version["classes"] == ["negative", "positive"]
    paths = httpx.get(f"{server}/openapi.json").json()["paths"]
    assert set(paths) == {"/predict", "/health", "/version"}
    page = httpx.get(f"{server}/docs")
    assert httpx.get(server).text == page.text
    assert "openapi.json" in page.text
    # It loads nothing, from here or from elsewhere.
    assert page.headers["Content-Security-Policy"].startswith(
        "default-src 'none'"
    )
    assert not re.search("<script|<link|<img|src=|url\\(|@import", page.text)
    assert set(re.findall("https?://[^/ ]+", page.text)) == {server}
    for word in ("POST /predict", "GET /health", "array of string or null"):
        assert word in page.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"no JSON", 422),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"text": 3}', 422),
        (b'{"text": "a", "word": 5}', 422),
        (b'{"texts": []}', 422),
        (b'{"text": "a", "texts": ["b"]}', 422),
        (json.dumps({"texts": ["a"] * 65}).encode(), 422),
        (json.dumps({"text": "a" * 60_000}).encode(), 413),
        (b'{"text": "\\ud800 film"}', 200),
        (b'{"text": ""}', 200),
        (b'{"text": "a film", "words": 3}', 200),
        (b"\xff\xfe", 422),
    ],
)
def test_a_bad_request_ends_nothing(server, body, status):
    headers = {"content-type": "application/json"}
    answer = httpx.post(f"{server}/predict", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert httpx.get(f"{server}/health").status_code == 200


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        ("text/plain", b'{"text": "a"}', "content-type: application/json"),
        ("application/json", b"[]", "a JSON object with `text` or `texts`"),
        ("application/json", b"no JSON", "a JSON object"),
        ("application/json", b'{"text": 3}', "Field `text`: Input should be"),
        ("application/json", b'{"text": "a", "word": 5}', "field `word`. Fi"),
        ("application/json", b'{"texts": ["a", 3]}', "Field `texts.1`: Input"),
    ],
)
def test_a_mistake_is_named_in_one_line(server, content_type, body, message):
    headers = {"content-type": content_type}
    answer = httpx.post(f"{server}/predict", content=body, headers=headers)
    assert answer.status_code == 422
    assert message in answer.json()["detail"]


def test_32_clients_at_once_and_none_is_lost(server, data, onnx_model):
    texts, _ = load_csv(data / "test.csv")
    expected = OnnxPredictor.load(onnx_model).predict(texts)

    def ask(number):
        with httpx.Client(timeout=60) as client:
            found = []
            for n in range(number, number + 10):
                body = {"text": texts[n % len(texts)]}
                answer = client.post(f"{server}/predict", json=body)
                found.append(answer.json()["predictions"][0]["label"])
        return found

    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(ask, range(32)))
    for number, found in enumerate(answers):
        assert found == [
            expected[n % len(texts)] for n in range(number, number + 10)
        ]


def test_sigterm_ends_after_the_answers_under_way(onnx_model, tmp_path):
    code = f"""
import os, signal, sys, time
from han_attention.cli.serve import *
from han_attention import OnnxPredictor
predict = OnnxPredictor.predict_proba
def slowly(*arguments, **options):
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(1)
    return predict(*arguments, **options)
OnnxPredictor.predict_proba = slowly
from han_attention.cli import main
main(["serve", {str(onnx_model)!r}, "--port", sys.argv[1], "--quiet"])
"""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen([sys.executable, "-c", code, str(port)]) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}")
            body = {"text": "fine"}
            address = f"http://127.0.0.1:{port}/predict"
            answer = httpx.post(address, json=body, timeout=30)
            assert answer.status_code == 200
            process.wait(timeout=30)
        finally:
            process.kill()
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{port}/health")


def test_words_and_limits_in_python(model, data):
    """With a trained model, in this process."""
    testclient = pytest.importorskip("fastapi.testclient")
    from han_attention.explain.explainer import Explainer
    from han_attention.serving.app import make_app
    from han_attention.serving.limits import Limits

    predictor = TextClassifier.load(model).predictor_
    limits = Limits(waiting=2, seconds=20)
    app = make_app(predictor, limits, Explainer(predictor))
    with testclient.TestClient(app) as client:
        body = {"text": "a fine film", "words": 2}
        (one,) = client.post("/predict", json=body).json()["predictions"]
        assert len(one["words"]) == 2
        assert one["explained_label"] == one["label"]
        for word in one["words"]:
            assert body["text"][word["start"] : word["end"]] == word["text"]
        answer = client.post("/predict", json={"texts": ["a"] * 3})
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "1"
    with testclient.TestClient(
        make_app(predictor, Limits(seconds=0))
    ) as client:
        answer = client.post("/predict", json={"text": "a"})
        assert answer.status_code == 504


def test_a_taken_port_is_told_before_the_model_is_loaded(
    onnx_model, refused, monkeypatch
):
    monkeypatch.setattr("han_attention.cli.serve.load_predictor", None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message = refused("serve", onnx_model, "--port", port)
    assert f"127.0.0.1:{port}: Address already in use" in message


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--port", "70000"], "--port"),
        (["--host", "nowhere.invalid"], "--host"),
        (["--port", "x"], "invalid int value"),
        (["--max-texts", "0"], "--max-texts"),
        (["--threshold", "7"], "--threshold"),
    ],
)
def test_mistakes(flags, message, onnx_model, refused):
    assert message in refused("serve", onnx_model, *flags)
