"""The built site: complete, its links lead somewhere, it loads nothing."""

import importlib
import inspect
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from docs_cases import DOCS
from docs_cases import ROOT
from shared_models import build_once

FACES = """data evaluation explain export inference layers models seq2seq
    text""".split()


class Links(HTMLParser):
    """What a page links to, what it loads, and the anchors it has."""

    def __init__(self, path):
        super().__init__()
        self.anchors, self.links, self.loads = set(), [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.anchors |= {found.get("id"), found.get("name")}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "link" and found.get("rel") != "canonical":
            self.loads.append(found["href"])
        elif tag in ("script", "img", "source", "iframe"):
            self.loads += [found[key] for key in ("src",) if key in found]


def find_public_names():
    """Every public name that is no sub-package and no plain constant."""
    for face in ("", *FACES):
        package = importlib.import_module(f"han_attention.{face}".strip("."))
        for name in package.__all__:
            value = getattr(package, name)
            if callable(value) and not inspect.ismodule(value):
                yield name


def test_every_public_name_is_on_one_page():
    text = "".join(page.read_text() for page in (DOCS / "api").glob("*.md"))
    named = re.findall(r"^::: ([\w.]+)$", text, flags=re.M)
    names = [path.rpartition(".")[2] for path in named]
    assert sorted(names) == sorted(set(find_public_names()))
    for path in named:
        package, _, name = path.rpartition(".")
        assert hasattr(importlib.import_module(package), name)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("mkdocs", reason="needs the extra `docs`")
    pytest.importorskip("mkdocstrings_handlers.python")

    def build(folder):
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict"]
            + ["--site-dir", str(folder)],
            cwd=ROOT,
            env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    return build_once(tmp_path_factory, "site", build)


def test_links_lead_somewhere_and_nothing_is_loaded_from_elsewhere(site):
    pages = {path: Links(path) for path in site.rglob("*.html")}
    assert len(pages) > 30
    for path, page in pages.items():
        if path.name == "404.html":  # its links are from the root
            continue
        for target in page.loads:
            assert "//" not in target, (path, target)
        for target in page.links + page.loads:
            if re.match(r"https?:|mailto:", target):
                continue
            name, _, anchor = unquote(target).partition("#")
            file = (path.parent / name.partition("?")[0]).resolve()
            file = file / "index.html" if file.is_dir() else file
            file = file if name else path
            assert file.exists(), (path, target)
            if anchor and file in pages:
                assert anchor in pages[file].anchors, (path, target)


def test_settings_stand_on_the_page_of_the_classifier(site):
    text = (site / "api" / "classifier.html").read_text()
    for name in ("ngram_range", "warm_start", "learning_rate"):
        assert f"<code>{name}</code>" in text


def test_every_finding_is_told(site):
    text = (site / "findings.html").read_text(encoding="utf-8")
    for path in (ROOT / "findings").glob("*.sh"):
        assert f"<code>{path.name}</code>" in text
    assert text.count("<strong>Guess</strong>") >= 6


def test_style_sheets_load_nothing_from_elsewhere(site):
    for path in site.rglob("*.css"):
        urls = re.findall(r"url\(([^)]*)\)", path.read_text(encoding="utf-8"))
        assert not [x for x in urls if x.strip("\"'").startswith("http")]


def test_the_sources_are_not_in_the_site(site):
    assert not list(Path(site).rglob("*.py"))
