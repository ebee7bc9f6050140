"""Run folders: what may be replaced, what stays, what can be resumed."""

import csv
import json
import re
from pathlib import Path

import pytest
from run_folder_cases import RUN_FILES
from run_folder_cases import files_in
from run_folder_cases import make_run
from training_cases import published

from han_attention.settings import Settings
from han_attention.training.run_folder import RunFolder

EPOCHS = [
    {"epoch": 1, "loss": 0.5, "val_accuracy": 0.75},
    {"epoch": 2, "loss": 0.25, "val_accuracy": 0.875},
]


def read_config(folder):
    """The settings that `config.json` holds, and the data."""
    content = json.loads((folder / "config.json").read_text())
    data = content.pop("data")
    return Settings.from_dict(content).to_dict(), data


def test_folder_is_named_by_the_time_if_not_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = RunFolder.open(None).path
    assert re.fullmatch(r"runs/\d{4}-\d\d-\d\d-\d{6}", folder.as_posix())
    assert not Path("runs").exists()


def test_runs_of_the_same_second_get_folders_of_their_own(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    folders = []
    for _ in range(4):
        folders.append(RunFolder.open(None).path)
        folders[-1].mkdir(parents=True)  # fails if it exists
    assert len(set(folders)) == 4


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("exists", [False, True])
def test_new_or_empty_folder(exists, overwrite, tmp_path):
    folder = tmp_path / "a" / "run"
    if exists:
        folder.mkdir(parents=True)
    assert RunFolder.open(str(folder), overwrite=overwrite).path == folder
    assert folder.exists() == exists


@pytest.mark.parametrize("settings", [{}, {"overwrite": True}])
def test_a_file_is_no_run_folder(settings, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FileExistsError, match="is a file"):
        RunFolder.open(tmp_path / "file", **settings)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_run_is_not_replaced_without_overwrite(tmp_path):
    make_run(tmp_path)
    with pytest.raises(FileExistsError, match="--overwrite.*--resume"):
        RunFolder.open(tmp_path)


def test_a_run_is_replaced_with_overwrite(tmp_path):
    make_run(tmp_path)
    run = RunFolder.open(tmp_path, overwrite=True)
    assert (run.path, run.resume) == (tmp_path, False)


@pytest.mark.parametrize("settings", [{}, {"overwrite": True}])
def test_another_folder_is_never_replaced(settings, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        RunFolder.open(tmp_path, **settings)
    assert files_in(tmp_path) == ["notes.txt"]


def test_message_for_another_folder_with_overwrite(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="something else than a run"):
        RunFolder.open(tmp_path, overwrite=True)


def test_hidden_files_count(tmp_path):
    (tmp_path / ".git").mkdir()
    with pytest.raises(FileExistsError, match="not empty"):
        RunFolder.open(tmp_path)


def test_resume_takes_a_run(tmp_path):
    make_run(tmp_path)
    run = RunFolder.open(tmp_path, resume=True)
    assert (run.path, run.resume) == (tmp_path, True)


@pytest.mark.parametrize("kind", ["missing", "empty", "other"])
def test_resume_without_a_run(kind, tmp_path):
    folder = tmp_path / "run"
    if kind != "missing":
        folder.mkdir()
    if kind == "other":
        (folder / "notes.txt").write_text("mine")
    with pytest.raises(FileNotFoundError, match="No run to resume"):
        RunFolder.open(folder, resume=True)


def test_choosing_writes_nothing(tmp_path):
    make_run(tmp_path)
    before = {name: (tmp_path / name).read_text() for name in RUN_FILES}
    RunFolder.open(tmp_path, overwrite=True)
    RunFolder.open(tmp_path, resume=True)
    assert files_in(tmp_path) == sorted(RUN_FILES)
    assert before == {n: (tmp_path / n).read_text() for n in RUN_FILES}


def test_start_makes_the_folder_and_notes_the_configuration(tmp_path):
    settings = published(epochs=7, seed=5)
    RunFolder(tmp_path / "runs" / "new").start(settings, "these")
    noted = read_config(tmp_path / "runs" / "new")
    assert noted == (settings.to_dict(), "these")
    assert files_in(tmp_path / "runs" / "new") == ["config.json"]


def test_start_removes_the_run_before(tmp_path):
    make_run(tmp_path)
    settings = published(epochs=9)
    RunFolder(tmp_path).start(settings, "others")
    assert [path.name for path in tmp_path.iterdir()] == ["config.json"]
    assert read_config(tmp_path) == (settings.to_dict(), "others")


def test_start_leaves_the_run_to_resume(tmp_path):
    make_run(tmp_path)
    RunFolder(tmp_path, resume=True).start(published(epochs=9), "these")
    assert files_in(tmp_path) == sorted(RUN_FILES)
    assert read_config(tmp_path)[0]["epochs"] == 9
    assert (tmp_path / "history.csv").read_text() == "of the earlier run"


def test_other_data_cannot_go_on_with_a_run(tmp_path):
    make_run(tmp_path)
    before = (tmp_path / "config.json").read_bytes()
    with pytest.raises(ValueError, match="trained on other texts or labels"):
        RunFolder(tmp_path, resume=True).start(published(seed=1), "others")
    assert (tmp_path / "config.json").read_bytes() == before
    assert files_in(tmp_path) == sorted(RUN_FILES)


def test_overwrite_removes_only_what_a_run_writes(tmp_path):
    make_run(tmp_path)
    mine = ["notes.txt", "plots/loss.png", "model.txt", ".hidden"]
    for name in mine:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    RunFolder.open(tmp_path, overwrite=True).start(published(), "these")
    assert files_in(tmp_path) == sorted(["config.json", *mine])
    assert {(tmp_path / name).read_text() for name in mine} == {"mine"}


def test_overwrite_of_a_folder_with_someone_elses_config(tmp_path):
    """Many programs write a `config.json`: that alone makes no run."""
    (tmp_path / "config.json").write_text('{"theme": "dark"}')
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "years_of_work.bin").write_text("mine")
    with pytest.raises(FileExistsError):
        RunFolder.open(tmp_path, overwrite=True)


def test_overwrite_keeps_what_a_link_points_to(tmp_path):
    (tmp_path / "large").mkdir()
    (tmp_path / "large" / "mine.txt").write_text("mine")
    make_run(tmp_path / "run")
    (tmp_path / "run" / "attention.html").unlink()
    (tmp_path / "run" / "attention.html").symlink_to(
        tmp_path / "large" / "mine.txt"
    )
    run = RunFolder.open(tmp_path / "run", overwrite=True)
    run.start(published(), "these")
    assert files_in(tmp_path / "run") == ["config.json"]
    assert (tmp_path / "large" / "mine.txt").read_text() == "mine"


def test_overwrite_removes_a_linked_folder_but_not_what_is_in_it(tmp_path):
    """TensorBoard's may be a link to a larger disk."""
    (tmp_path / "large").mkdir()
    (tmp_path / "large" / "mine.txt").write_text("mine")
    run = tmp_path / "run"
    run.mkdir()
    content = published().to_dict() | {"data": "these"}
    (run / "config.json").write_text(json.dumps(content))
    (run / "tensorboard").symlink_to(tmp_path / "large")
    RunFolder.open(run, overwrite=True).start(published(), "these")
    assert [path.name for path in run.iterdir()] == ["config.json"]
    assert (tmp_path / "large" / "mine.txt").read_text() == "mine"


def test_results(tmp_path):
    RunFolder(tmp_path).write_results({"test_accuracy": 0.875}, EPOCHS)
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics == {"test_accuracy": 0.875, "epochs": EPOCHS}
    with (tmp_path / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [{k: str(v) for k, v in epoch.items()} for epoch in EPOCHS]
    assert files_in(tmp_path) == ["history.csv", "metrics.json"]


def test_history_has_no_empty_lines(tmp_path):
    RunFolder(tmp_path).write_results({}, EPOCHS)
    table = (tmp_path / "history.csv").read_text()
    assert table.splitlines() == [
        "epoch,loss,val_accuracy",
        "1,0.5,0.75",
        "2,0.25,0.875",
    ]


def test_results_replace_those_of_the_epoch_before(tmp_path):
    RunFolder(tmp_path).write_results({"test_accuracy": None}, EPOCHS[:1])
    RunFolder(tmp_path).write_results({"test_accuracy": 0.5}, EPOCHS)
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["test_accuracy"] == 0.5
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 3


def test_writing_does_not_change_the_metrics_given(tmp_path):
    metrics = {"test_accuracy": 0.5}
    RunFolder(tmp_path).write_results(metrics, EPOCHS)
    assert metrics == {"test_accuracy": 0.5}


def test_results_that_cannot_be_written_leave_the_old_ones(tmp_path):
    RunFolder(tmp_path).write_results({"test_accuracy": 0.5}, EPOCHS)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(TypeError, match="not JSON serializable"):
        RunFolder(tmp_path).write_results({"test_accuracy": object()}, EPOCHS)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


# --- What may be asked for together. ---


@pytest.mark.parametrize(
    "settings",
    [
        {"resume": True},
        {"resume": True, "run_dir": "here", "overwrite": True},
        {"resume": True, "overwrite": True},
    ],
)
def test_resume_needs_a_run_and_no_overwrite(settings):
    with pytest.raises(ValueError, match="`resume`"):
        RunFolder.open(**{"run_dir": None} | settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("run_dir", ""),
        ("run_dir", 5),
        ("resume", "yes"),
        ("resume", None),
        ("overwrite", 1),
    ],
)
def test_arguments_of_the_wrong_type(name, value, tmp_path):
    with pytest.raises(ValueError, match=f"`{name}`") as error:
        RunFolder.open(**{"run_dir": tmp_path} | {name: value})
    assert f"{name}={value!r}" in str(error.value)
    assert "\n" not in str(error.value)
