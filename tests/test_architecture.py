"""The rules of the house, held with `ast`: one test for each rule."""

import ast
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "han_attention"
FILES = sorted(PACKAGE.rglob("*.py"))

# The floor of each file or folder; a file imports strictly lower floors, or
# its own folder.
FLOORS = {
    "_import_hook": 0,
    "_lazy": 0,
    "_silence": 0,
    "types": 0,
    "settings": 1,
    "presets": 0,
    "validation": 0,
    "atomic": 0,
    "progress": 0,
    "json_text": 0,
    "unpacking": 0,
    "drawing": 0,
    "device": 1,
    "ops": 1,
    "steps": 1,
    "text": 1,
    "data": 2,
    "layers": 2,
    "models": 3,
    "scikit_learn": 3,
    "settings_text": 3,
    "inference": 4,
    "explain": 5,
    "seq2seq": 6,
    "export": 6,
    "serving": 6,
    "evaluation": 6,
    "training": 7,  # logs explanations
    "estimator": 8,
    "cli": 9,
    "__main__": 10,
    "__init__": 10,
}
# Reads only the version, which is there before any import.
FREE = {(module, "__init__") for module in ("inference.saved_model", "cli")} | {
    ("serving.app", "__init__")
}
# These predict without Keras, with an exported model.
LIGHT = {"inference.saved_model", "inference.base", "inference.onnx", "cli"}
# What these do otherwise on one backend stands in `backend.py` of the folder.
SAME_ON_EVERY_BACKEND = {"layers", "models", "ops", "seq2seq"}
# These draw explanations: see nothing else of the package but each other.
RENDERERS = "explain.render"
SEEN_BY_RENDERERS = {
    "validation",
    "atomic",
    "drawing.figure",
    "drawing.page",
    "drawing.text",
    "explain.explanation",
    "explain.view",
    "explain.document",
    "explain.web_text",
    "explain.global_words",
    "explain.word_attention",
}


def module_of(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    if len(parts) > 1 and parts[-1] == "__init__":
        parts = parts[:-1]
    return ".".join(parts)


MODULES = {module_of(path): path for path in FILES}


def floor_of(module):
    return FLOORS.get(module, FLOORS.get(module.split(".")[0]))


@cache
def tree_of(path):
    return ast.parse(path.read_text())


def imports_of(path):
    """Every module a file imports, at its top or inside a function."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in {path}"
            yield node.module
            yield from (f"{node.module}.{a.name}" for a in node.names)


def our_imports(path):
    """The modules of the package that a file imports."""
    names = {
        name.removeprefix("han_attention").lstrip(".") or "__init__"
        for name in imports_of(path)
        if name.split(".")[0] == "han_attention"
    }
    return {name for name in names if name in MODULES}


def test_every_file_has_a_floor():
    assert [m for m in MODULES if floor_of(m) is None] == []


def test_imports_run_downwards():
    upwards = [
        f"{module} imports {imported}"
        for module, path in MODULES.items()
        for imported in our_imports(path)
        if imported.split(".")[0] != module.split(".")[0]
        and floor_of(imported) >= floor_of(module)
        and (module, imported) not in FREE
    ]
    assert upwards == []


def test_no_circle_of_imports():
    """Not even of imports in functions, or for type checkers."""
    imports = {m: our_imports(path) - {m} for m, path in MODULES.items()}
    below = {m: _reach(m, imports) for m in MODULES}
    circles = {
        frozenset(n for n in below[m] if m in below[n])
        for m in MODULES
        if m in below[m]
    }
    assert circles == set()


def _reach(module, imports):
    """All that a module imports, and what that imports, and so on."""
    found, todo = set(), [module]
    while todo:
        for imported in imports[todo.pop()] - found:
            found.add(imported)
            todo.append(imported)
    return found


def test_backends_are_told_apart_in_one_file():
    branches = [
        module
        for module, path in MODULES.items()
        if module.split(".")[0] in SAME_ON_EVERY_BACKEND
        and not module.endswith(".backend")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(
            ("backend.backend", "config.backend")
        )
    ]
    assert branches == []


def test_forbidden_imports():
    forbidden = []
    for module, path in MODULES.items():
        imported = set(imports_of(path))
        roots = {name.split(".")[0] for name in imported}
        folder = module.split(".")[0]
        bad = roots & {"pickle", "dill", "cloudpickle", "joblib"}
        bad |= {name for name in imported if name.startswith("keras.src")}
        if folder in ("layers", "models", "ops"):
            # A file may be named for the one backend that it is for.
            bad |= roots & {"tensorflow", "jax", "torch"} - {
                module.split(".")[-1].removeprefix("_")
            }
        if folder in ("text", "data") and module != "data.keras_imdb":
            bad |= roots & {"keras"}
        if module in LIGHT:
            bad |= roots & {"keras", "tensorflow", "jax", "torch"}
        forbidden += [f"{module} imports {name}" for name in sorted(bad)]
    assert forbidden == []


def test_no_eval_and_no_assert():
    found = []
    for module, path in MODULES.items():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Assert):
                found.append(f"{module}:{node.lineno}: assert")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in ("eval", "exec"):
                    found.append(f"{module}:{node.lineno}: {node.func.id}")
    assert found == []


def test_files_are_short_and_say_what_they_are():
    lengths = {m: len(p.read_text().splitlines()) for m, p in MODULES.items()}
    assert {m: n for m, n in lengths.items() if n > 300} == {}
    silent = [
        m for m, p in MODULES.items() if not ast.get_docstring(tree_of(p))
    ]
    assert silent == []


def test_functions_fit_on_a_screen():
    long = []
    for module, path in MODULES.items():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef) and _lines_of(node) > 60:
                long.append(f"{module}.{node.name}")
    assert long == []


def _lines_of(function):
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(
        first.value, ast.Constant
    )
    start = first.end_lineno if documented else function.lineno
    # The signature of a layer is a list of its arguments.
    arguments = len(function.args.args) + len(function.args.kwonlyargs)
    return function.end_lineno - start - arguments


def test_renderers_see_only_explanations():
    strangers = [
        f"{module} imports {imported}"
        for module, path in MODULES.items()
        if module.startswith(RENDERERS)
        for imported in our_imports(path)
        if not imported.startswith(RENDERERS)
        and imported not in SEEN_BY_RENDERERS
    ]
    assert strangers == []
