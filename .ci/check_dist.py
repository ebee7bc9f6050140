"""What is built has all of the package, nothing else, and one version."""

import os
import re
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = "han_attention"
# A user of the sdist can run the tests, the notebooks and the examples.
IN_SDIST = {
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "docs",
    "notebooks",
    "pyproject.toml",
    "tests",
    "train_imdb.py",
}
NOT_IN_SDIST = {".ci", ".git", ".github", "build", "dist", "runs"}


def check(condition: bool, message: str) -> None:
    if not condition:
        sys.exit(f"check_dist: {message}")


def read_version() -> str:
    text = (ROOT / PACKAGE / "__init__.py").read_text()
    (version,) = re.findall(r'^__version__ = "(.+)"$', text, re.M)
    return str(version)


def list_package() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / PACKAGE).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def check_wheel(path: Path, version: str) -> None:
    expected = list_package()
    information = f"{PACKAGE}-{version}.dist-info"
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        commands = wheel.read(f"{information}/entry_points.txt").decode()
    missing = expected - names
    check(not missing, f"the wheel lacks {sorted(missing)}")
    more = {n for n in names - expected if not n.startswith(information)}
    check(not more, f"the wheel has also {sorted(more)}")
    check(f"{PACKAGE}/py.typed" in names, "the wheel has no py.typed")
    check(f"{information}/licenses/LICENSE" in names, "no LICENSE")
    check("han-attention = han_attention.cli:main" in commands, "no command")


def check_sdist(path: Path, version: str) -> None:
    start = f"{PACKAGE}-{version}/"
    with tarfile.open(path) as sdist:
        names = {name.removeprefix(start) for name in sdist.getnames()}
    missing = list_package() - names
    check(not missing, f"the sdist lacks {sorted(missing)}")
    top = {name.split("/")[0] for name in names}
    check(IN_SDIST <= top, f"the sdist lacks {sorted(IN_SDIST - top)}")
    more = sorted(NOT_IN_SDIST & top)
    check(not more, f"the sdist has also {more}")


def main(folder: Path) -> None:
    version = read_version()
    tag = os.environ.get("RELEASE_TAG") or f"v{version}"
    check(tag == f"v{version}", f"the tag {tag} is not v{version}")
    wheel = folder / f"{PACKAGE}-{version}-py3-none-any.whl"
    sdist = folder / f"{PACKAGE}-{version}.tar.gz"
    built = {path for path in folder.iterdir() if path.name[0] != "."}
    check(built == {wheel, sdist}, f"built: {sorted(built)}")
    check_wheel(wheel, version)
    check_sdist(sdist, version)
    print(f"{PACKAGE} {version}: wheel and sdist are whole")


main(Path(sys.argv[1]))
