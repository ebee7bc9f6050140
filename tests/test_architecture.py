"""The rules of the house, held with `ast`."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "han_attention"
FILES = sorted(PACKAGE.rglob("*.py"))

# The floor of each file or folder; a file imports strictly lower floors, or
# its own folder.
FLOORS = {
    "types": 0,
    "checks": 0,
    "files": 0,
    "labels": 0,
    "estimator": 1,
    "gradient_model": 1,
    "ops": 1,
    "text": 1,
    "datasets": 1,
    "layers": 2,
    "models": 3,
    "model_folder": 2,
    "text_predictor": 3,
    "predictor": 4,
    "translator": 4,
    "explain": 5,
    "export": 5,
    "training": 6,  # logs explanations
    "classifier": 7,
    "cli": 8,
    "__main__": 9,
    "__init__": 9,
}
# Reads only the version, which is there before any import.
FREE = {("model_folder", "__init__"), ("cli", "__init__")}
# These predict without Keras, with an exported model.
LIGHT = {"model_folder", "text_predictor", "export.onnx_predictor", "cli"}
# These draw explanations: see nothing else of the package but each other.
RENDERERS = {
    "document",
    "drawing",
    "html",
    "html_data",
    "markdown",
    "neat_vision",
    "notebook",
    "terminal",
    "text_layout",
    "word_attention",
}


def module_of(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    if len(parts) > 1 and parts[-1] == "__init__":
        parts = parts[:-1]
    return ".".join(parts)


def floor_of(module):
    return FLOORS.get(module, FLOORS.get(module.split(".")[0]))


def imports_of(path):
    """Every module a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in {path}"
            yield node.module
            yield from (f"{node.module}.{a.name}" for a in node.names)


def names(path):
    return module_of(path) or "__init__"


@pytest.mark.parametrize("path", FILES, ids=names)
def test_every_file_has_a_floor(path):
    assert floor_of(module_of(path)) is not None


@pytest.mark.parametrize("path", FILES, ids=names)
def test_imports_run_downwards(path):
    module = module_of(path)
    for name in imports_of(path):
        if name.split(".")[0] != "han_attention":
            continue
        imported = name.removeprefix("han_attention").lstrip(".") or "__init__"
        if floor_of(imported) is None:  # a name inside a module
            continue
        same_folder = imported.split(".")[0] == module.split(".")[0]
        assert (
            same_folder
            or floor_of(imported) < floor_of(module)
            or (module, imported) in FREE
        ), f"{module} imports {imported}"


@pytest.mark.parametrize("path", FILES, ids=names)
def test_forbidden_imports(path):
    module = module_of(path)
    folder = module.split(".")[0]
    imported = set(imports_of(path))
    roots = {name.split(".")[0] for name in imported}
    assert not any(name.startswith("keras.src") for name in imported)
    if folder in ("layers", "models", "ops"):
        assert not roots & {"tensorflow", "jax", "torch"}
    if folder in ("text", "datasets") and module != "datasets.keras_imdb":
        assert "keras" not in roots
    if module in LIGHT:
        assert not roots & {"keras", "tensorflow", "jax", "torch"}
    assert not roots & {"pickle", "dill", "cloudpickle", "joblib"}


@pytest.mark.parametrize("path", FILES, ids=names)
def test_no_eval_and_no_assert(path):
    for node in ast.walk(ast.parse(path.read_text())):
        assert not isinstance(node, ast.Assert)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec")


@pytest.mark.parametrize("path", FILES, ids=names)
def test_files_are_short_and_say_what_they_are(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 300
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", FILES, ids=names)
def test_functions_fit_on_a_screen(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(
                first.value, ast.Constant
            )
            start = first.end_lineno if documented else node.lineno
            # The signature of a layer is a list of its arguments.
            arguments = len(node.args.args) + len(node.args.kwonlyargs)
            assert node.end_lineno - start - arguments <= 60, node.name


@pytest.mark.parametrize("name", sorted(RENDERERS))
def test_renderers_see_only_explanations(name):
    imported = set(imports_of(PACKAGE / "explain" / f"{name}.py"))
    ours = {name for name in imported if name.startswith("han_attention")}
    seen = {"han_attention.checks", "han_attention.files"}
    seen.add("han_attention.explain.explanation")
    seen |= {f"han_attention.explain.{name}" for name in RENDERERS}
    assert all(name in seen or name.rpartition(".")[0] in seen for name in ours)
