"""The page as a browser shows it: texts as they are, and nothing runs."""

import re
import shutil

import pytest

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import WordWeight
from han_attention.explain.html import save_html

webdriver = pytest.importorskip("selenium.webdriver")
exceptions = pytest.importorskip("selenium.common.exceptions")

BROWSER = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    BROWSER is None or DRIVER is None,
    reason="needs chromium and chromedriver",
)

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

TEXTS = [
    "The acting is superb, and I left the cinema happy.",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "&lt;b&gt; &amp; &",
    "</p></article></body><script>alert(2)</script>",
    "שלום עולם \u202ereversed\u202c",
    "zero\u200bwidth joiners",
    "two\n  lines",
    "\U0001f600 é",
]


def explain(text):
    """The later a word, the larger its weight."""
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    total = sum(range(1, len(spans) + 1))
    words = [
        WordWeight(text[start:end], start, end, (n + 1) / total)
        for n, (start, end) in enumerate(spans)
    ]
    return Explanation(text, text, {text: 0.9}, words, label="<img src=y>")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A headless browser that has the page open."""
    folder = tmp_path_factory.mktemp("browser")
    page = folder / "page.html"
    save_html(page, [explain(text) for text in TEXTS], "<script>alert(3)")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    # An open alert stays open, so that a test can see it.
    options.set_capability("unhandledPromptBehavior", "ignore")
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    try:
        driver.get(page.as_uri())
        yield driver
    finally:
        driver.quit()


def test_no_alert_is_open(browser):
    with pytest.raises(exceptions.NoAlertPresentException):
        _ = browser.switch_to.alert.text


def test_paragraphs_show_the_original_texts(browser):
    shown = browser.execute_script(
        "return [...document.querySelectorAll('article p')]"
        ".map(p => p.textContent)"
    )
    assert shown == TEXTS


def test_line_breaks_and_spaces_are_seen(browser):
    """`innerText` is what a reader sees, where white space may collapse."""
    seen = browser.execute_script(
        "return document.querySelectorAll('article p')[arguments[0]].innerText",
        TEXTS.index("two\n  lines"),
    )
    assert seen == "two\n  lines"


def test_no_text_became_an_element(browser):
    names = browser.execute_script(
        "return [...new Set([...document.querySelectorAll('*')]"
        ".map(e => e.localName))].sort()"
    )
    assert names == sorted(
        "html head meta title style body h1 p article h2 span mark".split()
    )
    handlers = browser.execute_script(
        "return [...document.querySelectorAll('*')].filter(e =>"
        " [...e.attributes].some(a => a.name.startsWith('on'))).length"
    )
    assert handlers == 0


def test_title_is_shown_as_it_is(browser):
    assert browser.title == "<script>alert(3)"


def test_page_loads_nothing(browser):
    loaded = browser.execute_script(
        "return performance.getEntriesByType('resource').map(e => e.name)"
    )
    assert loaded == []


def test_policy_blocks_a_script_that_gets_in(browser):
    ran = browser.execute_script(
        "const script = document.createElement('script');"
        "script.textContent = 'window.ran = true';"
        "document.body.append(script); script.remove();"
        "return window.ran === true"
    )
    assert ran is False


def test_larger_weights_are_darker(browser):
    colours = browser.execute_script(
        "const paragraph = document.querySelector('article p');"
        "return [...paragraph.querySelectorAll('mark')]"
        ".map(m => getComputedStyle(m).backgroundColor)"
    )
    assert len(colours) == len(TEXTS[0].split())
    # rgb(r, g, b) when opaque, else rgba(r, g, b, alpha)
    numbers = [
        [float(x) for x in re.findall(r"[\d.]+", colour)] for colour in colours
    ]
    assert {tuple(n[:3]) for n in numbers} == {(230, 120, 0)}
    alphas = [n[3] if len(n) == 4 else 1.0 for n in numbers]
    assert alphas == sorted(set(alphas))
    assert alphas[-1] == 1
    assert alphas[0] == pytest.approx(0.1, abs=0.01)
