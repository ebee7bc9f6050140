"""The notebooks run from top to bottom, and are kept clean with outputs."""

from pathlib import Path

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
QUICK = "01_attention_pooling"  # the others train for most of a minute
MAX_BYTES = 400_000
MACHINE_PATHS = ["/tmp/", "/work/", "/home/", "/root/"]

each_notebook = pytest.mark.parametrize(
    "path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS]
)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path,
            id=path.stem,
            marks=[] if path.stem == QUICK else [pytest.mark.slow],
        )
        for path in NOTEBOOKS
    ],
)
def test_runs_from_top_to_bottom(path, tmp_path):
    client = nbclient.NotebookClient(
        read(path),
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute()  # an error in a cell is a CellExecutionError
    assert not list(tmp_path.iterdir())


@each_notebook
def test_keeps_outputs_without_errors_or_noise(path):
    outputs = [output for cell in code_cells(path) for output in cell.outputs]
    assert outputs
    assert not [o for o in outputs if o.output_type == "error"]
    assert not [o for o in outputs if o.get("name") == "stderr"]


@each_notebook
def test_was_run_in_order(path):
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


@each_notebook
def test_file_is_small_and_tells_nothing_of_the_machine(path):
    assert path.stat().st_size < MAX_BYTES
    text = path.read_text(encoding="utf-8")
    assert not [found for found in MACHINE_PATHS if found in text]
