"""What mkdocs needs beside the pages: the files of the root as pages."""

import itertools
import os
import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[2]
# Files of the root that are pages of the site, by the name they have there.
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CODE_OF_CONDUCT.md": "code_of_conduct.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "LICENSE": "license.md",
}


def on_files(files, config):
    """Add them."""
    for name, page in PAGES.items():
        if (ROOT / name).exists():
            text = (ROOT / name).read_text(encoding="utf-8")
            files.append(File.generated(config, page, content=text))
    return files


def describe_findings():
    """A section for each script, of the comment at its top."""
    for path in sorted((ROOT / "findings").glob("*.sh")):
        yield f"## {path.stem.replace('_', ' ')}\n\n`{path.name}`"
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
        comment = itertools.takewhile(lambda line: line.startswith("#"), lines)
        text = "\n".join(line.lstrip("# ") for line in comment)
        yield re.sub(r"^(Guess|Seen)", r"\n**\1**", text, flags=re.M)


def on_page_markdown(markdown, page, **_):
    """Let links and pictures of the checkout lead where they are now."""
    names = {site: name for name, site in PAGES.items()}
    here = page.file.src_uri
    source = names.get(here, f"docs/{here}")

    def move(match):
        target, mark, anchor = match[2].partition("#")
        path = posixpath.normpath(
            posixpath.join(posixpath.dirname(source), target)
        )
        path = PAGES.get(path, path.removeprefix("docs/"))
        path = os.path.relpath(path, posixpath.dirname(here) or ".")
        return f"{match[1]}{path}{mark}{anchor}{match[3]}"

    findings = "\n\n".join(describe_findings())
    markdown = markdown.replace("<!-- findings -->", findings)
    markdown = re.sub(
        r'<picture>.*?srcset="(.*?)".*?src="(.*?)" alt="(.*?)".*?</picture>',
        r"![\3](\2#only-light)\n![\3](\1#only-dark)",
        markdown,
        flags=re.S,
    )
    return re.sub(r"(\]\()(?!\w+:|#)([^)\s]+)(\))", move, markdown)
