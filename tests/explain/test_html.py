"""The page: nothing of a text becomes markup, and nothing is lost."""

import re
from html.parser import HTMLParser

import pytest

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import WordWeight
from han_attention.explain.html import save_html
from han_attention.explain.html import to_html

EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "&lt;b&gt; &amp; &#60; &",
    "</p></article></body></html>",
    "<!-- <![CDATA[ ]]> -->",
    "{title} {articles} {0} %s",
    "שלום עולם \u202ereversed\u202c",  # right to left
    "zero\u200bwidth\u200d\ufeff joiners",
    "a\n  b\tc",
    "\U0001f600 é ﬁne",
    "",
]


class Page(HTMLParser):
    """The tags of a page and the text of each paragraph and title."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.open = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag in ("p", "h1", "h2", "title", "mark", "span", "style"):
            self.texts.append([tag, ""])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        for item in self.texts:
            if item[0] in self.open and item in self._open_items():
                item[1] += data

    def _open_items(self):
        """The last item of each open tag: the one that is being read."""
        last = {}
        for item in self.texts:
            last[item[0]] = item
        return [last[tag] for tag in self.open if tag in last]

    def texts_of(self, tag):
        return [text for name, text in self.texts if name == tag]

    def attributes_of(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def explain(text, weights=None, label=None, prediction="good"):
    """Every run of characters without a space is a word."""
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    if weights is None:
        weights = [(n + 1) / len(spans) for n in range(len(spans))]
    words = [
        WordWeight(text[start:end], start, end, weight)
        for (start, end), weight in zip(spans, weights, strict=True)
    ]
    return Explanation(text, prediction, {prediction: 0.75}, words, label=label)


def paragraphs(page):
    return page.texts_of("p")[1:]  # the first one says how to read the page


@pytest.mark.parametrize("text", EVIL)
def test_text_of_the_paragraph_is_the_original(text):
    page = Page(to_html([explain(text)]))
    assert paragraphs(page) == [text]
    assert page.open == []


def test_every_text_has_a_paragraph_in_order():
    page = Page(to_html([explain(text) for text in EVIL]))
    assert paragraphs(page) == EVIL


@pytest.mark.parametrize("text", EVIL)
def test_no_text_adds_a_tag_or_an_attribute(text):
    evil = explain(text, label=text, prediction=text)
    plain = explain("x " * len(evil.words), label="y", prediction="x")
    if evil.label == evil.prediction:
        plain = explain("x " * len(evil.words), label="x", prediction="x")
    received = Page(to_html([evil], title=text)).tags
    expected = Page(to_html([plain], title="x")).tags
    assert [(tag, set(attributes)) for tag, attributes in received] == [
        (tag, set(attributes)) for tag, attributes in expected
    ]


@pytest.mark.parametrize("text", EVIL)
def test_title_is_escaped(text):
    page = Page(to_html([], title=text))
    assert page.texts_of("h1") == [text]
    assert page.texts_of("title") == [text]


@pytest.mark.parametrize("name", EVIL)
def test_class_names_and_labels_are_escaped(name):
    page = Page(to_html([explain("a", prediction=name, label=name + "?")]))
    assert page.texts_of("h2") == [f"{name} (75.0%) wrong, labelled {name}?"]


def test_heading_of_a_right_and_of_an_unlabelled_prediction():
    page = Page(to_html([explain("a", label="good"), explain("a")]))
    assert page.texts_of("h2") == [
        "good (75.0%) right, labelled good",
        "good (75.0%)",
    ]
    assert page.attributes_of("span") == [{"class": "right"}]


def test_words_are_marked_by_their_share_of_the_largest_weight():
    page = Page(to_html([explain("so fine a film", [0.1, 0.4, 0.0, 0.2])]))
    assert page.texts_of("mark") == ["so", "fine", "a", "film"]
    assert page.attributes_of("mark") == [
        {"style": "--a:0.250", "title": "0.1000"},
        {"style": "--a:1.000", "title": "0.4000"},
        {"style": "--a:0.000", "title": "0.0000"},
        {"style": "--a:0.500", "title": "0.2000"},
    ]


def test_largest_weight_of_every_text_is_darkest():
    page = to_html([explain("a b", [0.01, 0.02]), explain("a b", [0.9, 0.1])])
    assert page.count("--a:1.000") == 2


def test_weights_of_zero():
    page = to_html([explain("a b", [0.0, 0.0])])
    assert page.count("--a:0.000") == 2


def test_words_that_the_model_did_not_see_are_not_marked():
    text = "fine <b>and</b> long"
    words = [WordWeight("fine", 0, 4, 1.0)]
    page = Page(to_html([Explanation(text, "good", {"good": 1.0}, words)]))
    assert page.texts_of("mark") == ["fine"]
    assert paragraphs(page) == [text]


def test_page_may_load_and_run_nothing():
    page = Page(to_html([explain("a")]))
    (policy,) = [
        attributes["content"]
        for attributes in page.attributes_of("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "a"}
    names = {name for _, attributes in page.tags for name in attributes}
    assert not any(name.startswith("on") for name in names)
    assert not names & {"src", "href"}


def test_policy_stands_before_the_styles_and_texts():
    page = to_html([explain("a")])
    assert page.index("Content-Security-Policy") < page.index("<title>")


def test_page_names_no_network_address():
    page = to_html([explain("a fine film", label="bad")])
    assert not re.search(r"https?:|//|www\.|url\(|@import", page)


def test_page_without_explanations():
    page = Page(to_html([]))
    assert page.texts_of("h1") == ["Attention"]
    assert paragraphs(page) == []


def test_direction_of_a_text_is_its_own():
    attributes = Page(to_html([explain("שלום")])).attributes_of("p")[1]
    assert attributes == {"dir": "auto"}


def test_saved_page_is_utf_8(tmp_path):
    explanations = [explain(text) for text in EVIL]
    save_html(tmp_path / "page.html", explanations, "Ä <b>")
    # Read as bytes: reading as text would change the line ends.
    saved = (tmp_path / "page.html").read_bytes().decode("utf-8")
    assert saved == to_html(explanations, "Ä <b>")
    assert '<meta charset="utf-8">' in saved


def test_lone_surrogate_is_saved_as_a_question_mark(tmp_path):
    explanation = explain("fine \ud800 film", label="\udfff")
    save_html(tmp_path / "page.html", [explanation], title="\ud800")
    saved = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert paragraphs(Page(saved)) == ["fine ? film"]
    assert Page(saved).texts_of("h1") == ["?"]


def test_saving_replaces_the_page_before_and_makes_the_folder(tmp_path):
    path = tmp_path / "new" / "page.html"
    save_html(path, [explain("old")])
    save_html(str(path), [explain("new")])
    assert paragraphs(Page(path.read_text(encoding="utf-8"))) == ["new"]
    assert [file.name for file in path.parent.iterdir()] == ["page.html"]
