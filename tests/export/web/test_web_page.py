"""The page in a browser, beside the numbers of Keras."""

import http.server
import os
import re
import threading
import time
from dataclasses import replace
from functools import partial
from importlib.resources import files

import numpy as np
import pytest
from browser import choose
from browser import needs_browser
from browser import of_all
from browser import open_browser
from explain_texts import EVIL
from predictor_cases import make_flat
from predictor_cases import make_hierarchical

from han_attention.explain.explainer import Explainer
from han_attention.explain.render.html.data import page_data
from han_attention.export.exporter import export_model
from han_attention.export.web.runtime import read_web_runtime
from han_attention.inference.onnx import OnnxPredictor

NGRAMS = {"ngram_range": (1, 3), "num_ngram_buckets": 99}
CASES = {
    "two classes": {"start_token": True, **NGRAMS},
    "labels": {
        "num_classes": 3,
        "class_names": ["x", "y", "a longer name"],
        "num_heads": 2,
        "max_tokens": 5,
    },
    "documents": {"hierarchical": True, "start_token": True, **NGRAMS},
    "documents, labels": {
        "hierarchical": True,
        "num_classes": 3,
        "class_names": ["x", "y", "z"],
        "num_heads": 2,
        "limits": (4, 3),
    },
}
TEXTS = [
    "A fine film, and a long one. A fine film!",
    "Dull",
    "and a nothing \U0001f600 a fine day and a fine film \u2028 film",
    "unheard",
    "Mr. Fine saw it twice: a dull day! And a fine, long one.",
]


@pytest.fixture(scope="module")
def ort_web():
    try:
        folder = os.environ.get("ONNXRUNTIME_WEB")
        read_web_runtime(folder)
    except ImportError as error:
        pytest.skip(str(error))
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with open_browser(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


def make_predictor(hierarchical=False, **options):
    if not hierarchical:
        return make_flat(**options)
    predictor = make_hierarchical(**options)
    if "limits" in options:
        predictor.preprocessor = replace(
            predictor.preprocessor, long_sentences="split"
        )
    return predictor


@pytest.fixture(scope="module")
def exported(tmp_path_factory, ort_web):
    """Each case as a predictor and the folder of its page."""
    found = {}
    for case, options in CASES.items():
        predictor = make_predictor(**options)
        rng = np.random.default_rng(0)
        if "ngram_range" in options:
            table = predictor.model.get_layer("ngrams").embeddings
            table.assign(rng.normal(size=table.shape))
        if "labels" in case:
            predictor.multi_label = True
        if case == "labels":
            predictor.set_thresholds(
                {"x": 0.3, "y": None, "a longer name": 0.9}
            )
        folder = tmp_path_factory.mktemp("web") / "page"
        export_model(predictor, folder, "web", ort_web=ort_web)
        found[case] = predictor, folder
    return found


def open_web(browser, address):
    browser.get(address)
    deadline = time.monotonic() + 60
    while not of_all(browser, "[data-ready]", "1"):
        status = of_all(browser, "#status", "e.textContent")
        assert time.monotonic() < deadline, status
        time.sleep(0.05)


def type_text(browser, text):
    """What is shown of a text; typed at once, without the pause."""
    browser.execute_async_script(
        "const [text, done] = arguments;"
        "typed.value = text; classify(text).then(done);",
        text,
    )


def unscale(row):
    return np.array(row[1:]) * row[0] / 1000


@needs_browser
@pytest.mark.filterwarnings("ignore:.*no word of the vocabulary")
@pytest.mark.parametrize("case", CASES)
def test_numbers_are_those_of_keras(browser, exported, case):
    predictor, folder = exported[case]
    explanations = Explainer(predictor)(TEXTS)
    open_web(browser, (folder / "index.html").as_uri())
    for explanation in explanations:
        expected = page_data([explanation])["texts"][0]
        found = browser.execute_async_script(
            "const [text, done] = arguments;"
            "model.explain(text).then((found) => done(found.parts));",
            explanation.text,
        )
        assert found[:4] == expected[:4]
        np.testing.assert_allclose(found[4], expected[4], atol=6e-5)
        _check_rows(found[5], expected[5])
        assert found[6] == expected[6]
        _check_rows(found[7], expected[7])
        if "ngram_range" in CASES[case] and len(explanation.words) > 1:
            places = [tuple(place) for place in expected[8]]
            order = [[*map(tuple, found[8])].index(place) for place in places]
            rows = [[row[0], *np.array(row[1:])[order]] for row in found[9][-1]]
            _check_rows([rows], [expected[9][-1]])


def _check_rows(found, expected):
    """The scores by method and class, to a thousandth of the largest."""
    assert len(found) == len(expected)
    for of_method, wanted in zip(found, expected, strict=True):
        for row, other in zip(of_method, wanted, strict=True):
            assert row[0] == pytest.approx(other[0], rel=1e-3)
            np.testing.assert_allclose(
                unscale(row), unscale(other), atol=2e-3 * other[0] + 1e-9
            )


@needs_browser
def test_what_is_typed_is_drawn_and_stays_text(browser, exported):
    _, folder = exported["two classes"]
    open_web(browser, (folder / "index.html").as_uri())
    browser.get_log("browser")
    for text in EVIL:
        type_text(browser, text)
        shown = of_all(browser, "article .text", "e.textContent")
        assert shown == ([text.replace("\r", "")] if text.strip() else [])
    assert of_all(browser, "#result img, #result script, #result b", "1") == []
    assert browser.get_log("browser") == []


@needs_browser
def test_sentences_have_bars_that_a_choice_colours(browser, exported):
    predictor, folder = exported["documents"]
    open_web(browser, (folder / "index.html").as_uri())
    text = "A fine film.<br />Dull! And long."
    type_text(browser, text)
    (explanation,) = Explainer(predictor)([text])
    shown = of_all(browser, ".sentence p", "e.textContent")
    assert shown == ["A fine film.", "<br />", "Dull! ", "And long."]
    for method, name in enumerate(["attention", None, "contribution"]):
        choose(browser, "method", method)
        bars = of_all(browser, "[data-sentence]", "e.textContent")
        weights = explanation.sentence_scores(name or "attention")
        found = [float(bar.replace("\u2212", "-")) for bar in bars]
        np.testing.assert_allclose(found, weights, rtol=0.01, atol=0.01)
    (status,) = of_all(browser, "#status", "e.textContent")
    assert ". 3 sentences, 9 words" in status


@needs_browser
def test_keys_and_choices(browser, exported):
    _, folder = exported["labels"]
    open_web(browser, (folder / "index.html").as_uri())
    browser.find_element("id", "typed").send_keys("a fine film")
    deadline = time.monotonic() + 20
    while not of_all(browser, "article mark", "1"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert of_all(browser, "#class option", "e.textContent")[1:] == [
        "x",
        "y",
        "a longer name",
    ]
    (status,) = of_all(browser, "#status", "e.textContent")
    assert re.search(r"\. 3 words, in \d+ ms$", status), status
    bars = of_all(browser, ".share-bar", "e.getBoundingClientRect().x")
    assert len(bars) == 3
    assert len(set(bars)) == 1  # one scale: the names are of unlike lengths
    colours = "e.style.getPropertyValue('--a')"
    before = of_all(browser, "article mark", colours)
    browser.execute_script(
        "const field = document.getElementById('method'); field.value = 0;"
        "field.dispatchEvent(new Event('change'));"
    )
    assert of_all(browser, "article mark", colours) != before
    browser.execute_async_script(
        "classify('x'.repeat(1_000_001)).then(arguments[0])"
    )
    (status,) = of_all(browser, "#status", "e.textContent")
    assert "too long: at most 1,000,000 characters" in status
    assert of_all(browser, "article", "1") == []


@needs_browser
def test_behind_a_server_nothing_else_is_loaded(browser, exported):
    _, folder = exported["labels"]
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            asked.append(self.path)

    handler = partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        open_web(browser, f"http://127.0.0.1:{server.server_port}/")
        type_text(browser, "a fine film")
        assert len(of_all(browser, "article mark", "1")) == 3
        refused = browser.execute_async_script(
            "fetch('config.json').then(() => arguments[0]('came'),"
            " () => arguments[0]('refused'))"
        )
        server.shutdown()
    assert refused == "refused"
    assert [path for path in asked if path != "/favicon.ico"] == ["/"]


def test_the_folder_is_an_onnx_export_too(exported):
    predictor, folder = exported["two classes"]
    np.testing.assert_allclose(
        OnnxPredictor.load(folder).predict_proba(TEXTS[:3]),
        predictor.predict_proba(TEXTS[:3]),
        atol=1e-5,
    )


def test_scripts_make_no_markup_of_strings():
    folder = files("han_attention.export.web") / "parts"
    scripts = [f.read_text() for f in folder.iterdir() if f.name[-3:] == ".js"]
    assert len(scripts) == 8
    forbidden = r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\("
    assert not any(re.search(forbidden, script) for script in scripts)


def test_without_the_package_one_line_says_how_to_get_it(tmp_path, monkeypatch):
    predictor = make_flat()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ImportError, match="npm install onnxruntime-web"):
        export_model(predictor, tmp_path / "out", "web")
    with pytest.raises(ImportError, match=r"no .*package.json: give the"):
        export_model(predictor, tmp_path / "out", "web", ort_web=tmp_path)
    (tmp_path / "package.json").write_text('{"name": "other", "version": "1"}')
    with pytest.raises(ImportError, match="another by its"):
        export_model(predictor, tmp_path / "out", "web", ort_web=tmp_path)
    with pytest.raises(ValueError, match="ort_web"):
        export_model(predictor, tmp_path / "out", "onnx", ort_web=tmp_path)
    assert not (tmp_path / "out").exists()
