"""Alignments as HTML: well-formed, escaped, a shade for each weight."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from han_attention.seq2seq import alignment_html
from han_attention.seq2seq import save_alignment_html
from han_attention.seq2seq.translator import Translation

ODD = ["<script>", 'a"b', "&amp;"]
WEIGHTS = np.array([[0.5, 0.25, 0.25], [0.0, 0.8, 0.2]])


def tables_of(html):
    return ElementTree.fromstring(f"<div>{html}</div>").findall("table")


def test_words_and_weights_stand_where_they_belong():
    [table] = tables_of(alignment_html(WEIGHTS, ODD, ["one", "<two>"]))
    assert [x.text for x in table.findall("thead/tr/th")] == ODD
    assert [x.text for x in table.findall("tbody/tr/th")] == ["one", "<two>"]
    rows = table.findall("tbody/tr")
    titles = [[x.get("title") for x in row.findall("td")] for row in rows]
    assert titles[0][0] == "one: <script> 0.500"
    assert titles[1][1] == '<two>: a"b 0.800'
    shades = [
        [
            float(re.search(r",([\d.]+)\)", cell.get("style"))[1])
            for cell in row.findall("td")
        ]
        for row in rows
    ]
    np.testing.assert_allclose(shades, WEIGHTS / 0.8, atol=1e-3)


def test_a_table_for_each_head_of_a_translation():
    weights = np.stack([WEIGHTS, WEIGHTS])
    translation = Translation("a b", ODD, ["a", "b"], 0.0, weights)
    captions = [
        x.find("caption").text for x in tables_of(alignment_html(translation))
    ]
    assert captions == [
        "Attention weights of head 1",
        "Attention weights of head 2",
    ]


def test_wrong_words():
    with pytest.raises(ValueError, match="`words`. Expected 2 words"):
        alignment_html(WEIGHTS, ODD, ["a"])


# ---- The page ----

TRANSLATION = Translation("one <two>", ODD, ["one", "<two>"], -1.5, WEIGHTS)


def test_page_has_what_was_written_above_its_table(tmp_path):
    nothing = Translation("", ODD, [], -9.0, np.zeros((0, 3)))
    path = tmp_path / "new" / "page.html"
    save_alignment_html(path, [TRANSLATION, nothing], title="<b> & $title")
    page = path.read_text(encoding="utf-8")
    [main] = re.findall(r"<main>.*</main>", page, flags=re.DOTALL)
    first, second = ElementTree.fromstring(main).findall("article")
    assert first.find("header/h2").text == "one <two>"
    assert first.find("header/span").text == "score -1.50"
    [table] = first.findall("div/table")
    assert len(table.findall("tbody/tr/td")) == WEIGHTS.size
    assert second.find("table") is None
    assert second.find("header/h2").text == "Nothing was written."
    assert "<title>&lt;b&gt; &amp; $title</title>" in page


def test_page_loads_and_runs_nothing(tmp_path):
    save_alignment_html(tmp_path / "page.html", [TRANSLATION])
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.index("default-src 'none'") < page.index("<title>")
    tags = set(re.findall(r"<([a-z]+)", page))
    assert not tags & {"script", "img", "link", "iframe", "object", "a", "form"}


def test_no_weights_leave_the_file_that_was_there(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("mine")
    without = Translation("a", ["x"], ["a"], 0.0)
    with pytest.raises(ValueError, match="return_attention_scores=True"):
        save_alignment_html(path, [TRANSLATION, without])
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]
