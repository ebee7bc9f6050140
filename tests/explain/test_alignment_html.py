"""alignment_html: well-formed, escaped, a shade for each weight."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from han_attention import alignment_html
from han_attention.translator import Translation

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
