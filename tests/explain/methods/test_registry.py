"""A method is one file and one line: a toy goes everywhere by its entry."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from predictor_cases import TEXTS
from predictor_cases import make_flat

from han_attention.explain.explainer import Explainer
from han_attention.explain.methods import METHODS
from han_attention.explain.methods.base import Method
from han_attention.explain.methods.base import Scores
from han_attention.explain.methods.base import split_classes
from han_attention.explain.render.document_figure import plot_document
from han_attention.explain.render.html.data import page_data
from han_attention.explain.render.markdown import to_markdown
from han_attention.explain.render.neat_vision import to_neat_vision
from han_attention.explain.render.notebook import to_html_fragment
from han_attention.explain.render.terminal import to_ansi

NAMES = [
    "attention",
    "contribution",
    "gradient_x_input",
    "integrated_gradients",
    "occlusion",
]


def count_places(reader, reading):
    """The place of each word in its text, for the second class."""
    places = np.broadcast_to(
        np.arange(reading.ids.shape[-1]), reading.ids.shape
    )
    values = places[..., None].astype("float32")
    return Scores(split_classes(values, len(reader.predictor.class_names)))


TOY = Method("word_place", "the place", "Where the word stands.", count_places)


@pytest.fixture
def explanation(monkeypatch):
    monkeypatch.setitem(METHODS, TOY.name, TOY)
    explainer = Explainer(make_flat())
    assert explainer.methods == [*NAMES, "word_place"]
    (explanation,) = explainer(TEXTS[:1], methods=["word_place"])
    return explanation


def test_a_new_method_is_used_and_drawn_everywhere(explanation):
    assert explanation.methods == ["attention", "word_place"]
    places = [float(n) for n in range(8)]
    assert explanation.scores("word_place", "good") == places
    assert explanation.scores("word_place", "bad") == [-n for n in places]
    described = page_data([explanation])["methods"][1]
    assert described["name"] == "word place"
    assert described["help"].startswith("Where the word stands.")
    chosen = ("word_place", "good")
    assert 'title="+7.000"' in to_html_fragment(explanation, *chosen)
    written = to_ansi(explanation, *chosen, color=False).splitlines()
    assert written[1] == "word place for good"
    assert " ".join(written).endswith("[long +6.000] [one +7.000]")
    assert "| one | 7.000 |" in to_markdown(explanation, *chosen)
    (sample,) = to_neat_vision([explanation], "word_place")
    assert sample["attention"] == places
    figure = plot_document(explanation, method="word_place", class_name="good")
    drawn = " ".join(text.get_text() for text in figure.axes[0].texts)
    assert drawn.endswith("Word place for good. Blue: for it. Orange: against.")
    assert explanation.to_dataframe()["word_place_good"].tolist() == places


def test_a_method_that_is_gone_is_drawn_by_its_name(explanation, monkeypatch):
    monkeypatch.delitem(METHODS, TOY.name)
    assert page_data([explanation])["methods"][1]["name"] == "word place"
    with pytest.raises(ValueError, match="`methods`.*'attention'"):
        Explainer(make_flat())(TEXTS[:1], methods=["word_place"])


def test_every_entry_says_what_it_is():
    assert list(METHODS) == NAMES
    for name, method in METHODS.items():
        assert method.name == name
        assert method.description and method.help.endswith(".")
        assert "\n" not in method.description
    assert [m.name for m in METHODS.values() if not m.signed] == ["attention"]
    given = [m.name for m in METHODS.values() if m.with_prediction]
    assert given == ["attention", "contribution"]


def test_integrated_gradients_say_where_they_start():
    text = METHODS["integrated_gradients"].help
    assert "vectors of zeros" in text and "empty" not in text


def test_an_entry_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        METHODS["attention"].name = "other"


def test_names_and_descriptions_need_no_keras():
    code = (
        "import sys; from han_attention.explain.methods import METHODS;"
        "from han_attention.explain.render.html.page import save_html;"
        "print(list(METHODS), sorted({'keras', 'tensorflow', 'torch', 'jax'}"
        " & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"{NAMES} []"
