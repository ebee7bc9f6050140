"""The page as it is written: nothing of a text becomes markup."""

import hashlib
import json
import re
from base64 import b64encode
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from explain_texts import EVIL
from explain_texts import explain

from han_attention.explain.explanation import Explanation
from han_attention.explain.render.html.page import save_html
from han_attention.explain.render.html.page import to_html
from han_attention.explain.web_text import break_at_tags


class Page(HTMLParser):
    """The tags of a page and what stands in them."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.open = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.open.append(tag)
            self.texts.append([tag, dict(attrs), ""])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.texts[-1][0] == self.open[-1]:
            self.texts[-1][2] += data

    def texts_of(self, tag):
        return [text for name, _, text in self.texts if name == tag]

    @property
    def data(self):
        return json.loads(self.texts_of("script")[0])

    @property
    def policy(self):
        (policy,) = [
            attributes["content"]
            for _, attributes in self.tags
            if attributes.get("http-equiv") == "Content-Security-Policy"
        ]
        rules = [rule.split() for rule in policy.split(";")]
        return {name: values for name, *values in rules}


@pytest.mark.parametrize("text", EVIL)
def test_texts_and_names_are_data_and_no_tags(text):
    page = Page(to_html([explain(text, label=text + "?", prediction=text)]))
    plain = Page(to_html([explain("x", label="y", prediction="x")]))
    assert page.tags == plain.tags
    assert page.open == []
    shown = break_at_tags(explain(text)).text
    assert page.data["texts"][0][0] == shown
    assert page.data["names"] == [text, text + "?"]


def test_what_follows_the_first_line_of_a_title_stands_below_it():
    page = Page(to_html([], title="mine\naccuracy 90 %"))
    assert page.texts_of("title") == ["mine, accuracy 90 %"]
    assert page.texts_of("h1") == ["mine"]
    assert "accuracy 90 %" in page.texts_of("p")


@pytest.mark.parametrize("text", EVIL)
def test_title_is_escaped(text):
    page = Page(to_html([], title=text))
    assert page.texts_of("h1") == [text.partition("\n")[0]]
    assert page.texts_of("title") == [text.replace("\n", ", ")]
    assert page.tags == Page(to_html([])).tags


def test_data_holds_nothing_that_ends_a_script_or_a_line():
    evil = "</script><!-- <script> ]]> &lt; \u2028 \u2029 \r\n \0 \x1b"
    page = to_html([explain(evil, prediction=evil)])
    (data,) = re.findall(r'id="data">(.*?)</script>', page, flags=re.S)
    assert not set(data) & set("<>&\u2028\u2029\r\n\0\x1b")
    assert json.loads(data)["texts"][0][0] == evil


def test_policy_allows_this_style_and_this_script_only():
    page = Page(to_html([explain("a")]))
    (style,), (_, script) = page.texts_of("style"), page.texts_of("script")
    assert page.policy == {
        "default-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "style-src": [hash_of(style)],
        "script-src": [hash_of(script)],
    }


def hash_of(content):
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{b64encode(digest).decode()}'"


def test_policy_stands_before_what_it_rules():
    page = to_html([explain("a")])
    assert page.index("Content-Security-Policy") < page.index("<title>")


def test_page_loads_nothing_and_has_no_code_in_attributes():
    page = Page(to_html([explain("a")]))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"img", "link", "iframe", "object", "a", "form"}
    names = {name for _, attributes in page.tags for name in attributes}
    assert not any(name.startswith("on") for name in names)
    assert not names & {"src", "href", "style"}


def test_page_names_no_network_address():
    page = to_html([explain("a fine film", label="bad")])
    assert not re.search(r"https?:|www\.|url\(|@import", page)


def test_scripts_make_no_markup_of_strings():
    folder = files("han_attention.explain.render.html") / "parts"
    scripts = [f.read_text() for f in folder.iterdir() if f.name[-3:] == ".js"]
    assert len(scripts) == 6
    forbidden = r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\("
    assert not any(re.search(forbidden, script) for script in scripts)


def test_parts_are_short_and_say_what_they_are():
    folder = files("han_attention.explain.render.html") / "parts"
    for part in folder.iterdir():
        assert len(part.read_text().splitlines()) <= 300, part.name


def test_thousand_reviews_are_a_compact_file():
    """230 words of 4 letters, two methods, two classes: 6 MB at most."""
    text = " ".join(["fine"] * 230)
    review = explain(text, contributions=True, label="good")
    page = to_html([review] * 100)
    without_words = to_html([Explanation("", "good", {"good": 1.0}, [])])
    assert len(page) - len(without_words) < 100 * 6_000


def test_page_without_explanations():
    page = Page(to_html([]))
    assert page.texts_of("h1") == ["Attention"]
    assert page.data["texts"] == []


def test_page_says_what_is_missing_without_scripts():
    assert "allow scripts" in to_html([])


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
    page = Page((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert page.data["texts"][0][0] == "fine ? film"
    assert page.data["names"] == ["good", "?"]
    assert page.texts_of("h1") == ["?"]


def test_saving_replaces_the_page_before_and_makes_the_folder(tmp_path):
    path = tmp_path / "new" / "page.html"
    save_html(path, [explain("old")])
    save_html(str(path), [explain("new")])
    page = Page(path.read_text(encoding="utf-8"))
    assert page.data["texts"][0][0] == "new"
    assert [file.name for file in path.parent.iterdir()] == ["page.html"]
