"""What stands beside the code: change log, workflows, how to contribute."""

import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import han_attention

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    not (ROOT / ".github").exists(), reason="the sdist has no workflows"
)
GROUPS = "Added Changed Deprecated Removed Fixed Security".split()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def read_releases():
    """The groups of each release, and the entries of each group."""
    parts = re.split(r"^## (.+)$", read("CHANGELOG.md"), flags=re.M)[1:]
    for heading, text in zip(parts[::2], parts[1::2], strict=True):
        groups = re.split(r"^### (.+)$", text, flags=re.M)
        entries = [re.split(r"^- ", x, flags=re.M)[1:] for x in groups[2::2]]
        yield heading, groups[1::2], entries


def test_change_log_has_the_form_of_keep_a_changelog():
    releases = list(read_releases())
    headings = [heading for heading, _, _ in releases]
    assert headings[0] == "[Unreleased]"
    dates = []
    for heading in headings[1:]:
        version, day = re.fullmatch(r"\[(.+)\] - (.+)", heading).groups()
        dates.append(date.fromisoformat(day))
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert dates == sorted(dates, reverse=True)
    assert f"[{han_attention.__version__}]" in headings[1]
    for _, groups, entries in releases:
        assert groups == sorted(set(groups), key=GROUPS.index)
        assert all(entries)  # no group is empty


def test_change_log_says_nothing_twice():
    entries = [x for _, _, groups in read_releases() for g in groups for x in g]
    starts = Counter(
        re.split(r"[:;.]", " ".join(x.split()))[0] for x in entries
    )
    assert [start for start, n in starts.items() if n > 1] == []


def test_the_version_stands_in_one_place():
    assert PROJECT["dynamic"] == ["version"]
    for name in ("CITATION.cff", "pyproject.toml", "README.md"):
        assert not re.search(
            rf"^version\s*[:=].*{re.escape(han_attention.__version__)}",
            read(name),
            re.M,
        )


def test_workflows_run_every_python_and_backend():
    workflow = read(".github/workflows/tests.yml")
    pythons = re.findall(r'"(3\.\d+)"', re.search(r"python: \[.*", workflow)[0])
    classifiers = [
        name.rpartition(" ")[2]
        for name in PROJECT["classifiers"]
        if re.search(r"Python :: 3\.\d+$", name)
    ]
    assert pythons == classifiers
    assert "backend: [tensorflow, jax, torch]" in workflow


WITH_SITE = pytest.mark.skipif(
    not (ROOT / "mkdocs.yml").exists(), reason="no site to build"
)


@pytest.mark.parametrize(
    "name", ["tests", "slow", pytest.param("docs", marks=WITH_SITE), "publish"]
)
def test_workflows_may_do_little_and_run_what_is_there(name):
    workflow = read(f".github/workflows/{name}.yml")
    assert re.search(r"^permissions:\n  contents: read$", workflow, re.M)
    jobs = workflow.count("runs-on:")
    assert workflow.count("timeout-minutes:") == jobs > 0
    for script in re.findall(r"\.ci/\w+", workflow):
        assert (ROOT / script).is_file(), script
    for extra in re.findall(r'"\.\[([\w,]+)\]"', workflow):
        assert set(extra.split(",")) <= set(PROJECT["optional-dependencies"])


def test_publishing_needs_no_secret():
    workflow = read(".github/workflows/publish.yml")
    assert "id-token: write" in workflow
    assert "secrets." not in workflow and "password" not in workflow


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "CODE_OF_CONDUCT.md"])
def test_files_named_are_there(name):
    text = read(name)
    named = re.findall(r"`([\w./-]+/[\w./-]*)`", text)
    named += re.findall(r"\]\((?!http)([^)]+)\)", text)
    assert named
    assert [x for x in named if not (ROOT / x).exists()] == []
