"""A page in a browser, for the tests of what a reader sees."""

import pytest
from browser import open_browser
from browser import open_page


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with open_browser(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


@pytest.fixture
def show(browser, tmp_path):
    """Open the page of some explanations; its log must be empty at the end."""
    browser.get_log("browser")
    yield lambda *page: open_page(browser, tmp_path / "page.html", *page)
    assert browser.get_log("browser") == []
