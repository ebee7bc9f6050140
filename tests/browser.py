"""A headless Chromium for the tests of the page."""

import shutil
from contextlib import contextmanager

import pytest

from han_attention.explain.render.html.page import save_html

BROWSER = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")

needs_browser = pytest.mark.skipif(
    BROWSER is None or DRIVER is None,
    reason="needs chromium and chromedriver",
)

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def open_browser(folder):
    """Start a browser that keeps what it complains of, and end it."""
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (*_FLAGS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    # An open alert stays open, so that a test can see it.
    options.set_capability("unhandledPromptBehavior", "ignore")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


def show_as(browser, width=1000, dark=False, media=""):
    """Set the width of the window, light or dark, and screen or print."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {
            "width": width,
            "height": 844,
            "deviceScaleFactor": 1,
            "mobile": width < 500,
        },
    )
    scheme = {
        "name": "prefers-color-scheme",
        "value": "dark" if dark else "light",
    }
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"media": media, "features": [scheme]}
    )


_DRAWN = (  # the page looks for what is seen frame by frame
    "const done = arguments[0];"
    "requestAnimationFrame(() => requestAnimationFrame(() =>"
    " setTimeout(done, 50)));"
)


def open_page(browser, path, explanations, title="Attention"):
    """Write a page and open it."""
    save_html(path, explanations, title)
    show_as(browser)
    browser.get(path.as_uri())
    wait_until_drawn(browser)
    return browser


def wait_until_drawn(browser):
    """Two frames of the browser, in which the page draws what is seen."""
    browser.execute_async_script(_DRAWN)


def choose(browser, field, value):
    browser.execute_script(
        "const field = document.getElementById(arguments[0]);"
        "field.value = arguments[1];"
        "field.dispatchEvent(new Event('input', {bubbles: true}));"
        "field.dispatchEvent(new Event('change', {bubbles: true}));",
        field,
        value,
    )
    wait_until_drawn(browser)


def click_filter(browser, name):
    browser.execute_script(
        "const inputs = `#filter input[value=${arguments[0]}]`;"
        "document.querySelector(inputs).click()",
        name,
    )
    wait_until_drawn(browser)


def texts(browser):
    """The texts that are listed, whole, in order."""
    return browser.execute_script(
        "return [...document.querySelectorAll('article')].map(article =>"
        " [...article.querySelectorAll('.text p')]"
        ".map(p => p.textContent).join(''))"
    )


def of_all(browser, selector, expression):
    """The value of an expression of JavaScript for each element `e`."""
    return browser.execute_script(
        f"return [...document.querySelectorAll({selector!r})]"
        f".map(e => {expression})"
    )


def press(browser, key):
    from selenium.webdriver.common.keys import Keys

    browser.switch_to.active_element.send_keys(getattr(Keys, key))


def focused(browser):
    return browser.execute_script("return document.activeElement.textContent")
