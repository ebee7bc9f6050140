"""The page for whoever wants an answer: one sentence, a choice, a file."""

import csv
import time

from browser import choose
from browser import needs_browser
from browser import of_all
from explain_texts import explain
from explain_texts import reviews

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import WordWeight

pytestmark = needs_browser


def test_each_predicted_class_can_be_chosen_and_is_named(show):
    words = [WordWeight("one", 0, 3, 1.0, (1.0, -2.0, 0.5))]
    shares = {"a": 0.9, "b": 0.7, "c": 0.02}
    page = show([Explanation("one", ["a", "b"], shares, words)] * 2)
    note = "e.textContent"
    first = "article:first-child "
    assert of_all(page, ".note", note) == ["for a: +1.00 in all"] * 2
    pressed = "e.ariaPressed"
    assert of_all(page, first + ".pick", pressed) == ["true", "false"]
    page.find_elements("css selector", ".pick")[1].click()
    assert of_all(page, first + ".pick", pressed) == ["false", "true"]
    assert of_all(page, ".note", note) == [
        "for b: \u22122.00 in all",
        "for a: +1.00 in all",
    ]
    choose(page, "class", 2)
    assert of_all(page, ".note", note) == ["for c: +0.500 in all"] * 2


def test_uncertain_is_relative_to_the_number_of_classes(show):
    rest = {str(n): 0.7 / 19 for n in range(19)}
    page = show([Explanation("one", "x", {"x": 0.3} | rest, [])] * 2)
    assert of_all(page, "#threshold", "e.value") == ["24"]
    labels = of_all(page, "#filter label", "e.textContent")
    assert labels[-1] == "Uncertain 0"


def test_the_first_sentence_is_for_everyone(show):
    page = show(reviews())
    lead = "e.textContent"
    assert of_all(page, "#lead", lead) == [
        "Blue words speak for the class above each text, orange words "
        "against it."
    ]
    choose(page, "class", 1)
    assert "speak for good," in of_all(page, "#lead", lead)[0]
    assert of_all(page, "#help", "e.checkVisibility()") == [False]
    page.find_element("css selector", "#guide summary").click()
    assert of_all(page, "#help", "e.checkVisibility()") == [True]


def test_the_screen_is_saved_as_csv(show, tmp_path):
    texts_of = ['=1+1, "x"', "-2.5", "line\nbreak"]
    page = show([explain(text, label="good") for text in texts_of])
    page.execute_cdp_cmd(
        "Browser.setDownloadBehavior",
        {"behavior": "allow", "downloadPath": str(tmp_path)},
    )
    choose(page, "order", "short")
    page.find_element("css selector", "#save").click()
    path = tmp_path / "texts.csv"
    for _ in range(100):
        if path.exists():
            break
        time.sleep(0.1)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [
        "-2.5",
        '\'=1+1, "x"',
        "line\nbreak",
    ]
    assert [row["number"] for row in rows] == ["2", "1", "3"]
    assert {row["label"] for row in rows} == {"good"}
    assert not page.get_log("browser")
