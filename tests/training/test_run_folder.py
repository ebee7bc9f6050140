"""Run folders: what may be replaced, what stays, what can be resumed."""

import csv
import dataclasses
import json
import re
from pathlib import Path

import pytest

from han_attention.settings import TrainConfig
from han_attention.training.run_folder import choose_run_folder
from han_attention.training.run_folder import resumed_config
from han_attention.training.run_folder import start_run
from han_attention.training.run_folder import write_results

# What a training leaves, file by file.
RUN_FILES = [
    "config.json",
    "metrics.json",
    "history.csv",
    "model/model.keras",
    "model/tokenizer.json",
    "checkpoint/state.npz",
    "tensorboard/train/events",
    "attention.html",
]
EPOCHS = [
    {"epoch": 1, "loss": 0.5, "val_accuracy": 0.75},
    {"epoch": 2, "loss": 0.25, "val_accuracy": 0.875},
]


def files_in(folder):
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
    )


def make_run(folder, **settings):
    """A folder as a training of `settings` leaves it."""
    for name in RUN_FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("of the earlier run")
    config = TrainConfig(run_dir=str(folder), seed=1, **settings)
    (folder / "config.json").write_text(config.to_json())
    return config


def test_folder_is_named_by_the_time_if_not_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = choose_run_folder(TrainConfig())
    assert re.fullmatch(r"runs/\d{4}-\d\d-\d\d-\d{6}", folder.as_posix())
    assert not Path("runs").exists()


def test_runs_of_the_same_second_get_folders_of_their_own(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    folders = []
    for _ in range(4):
        folders.append(choose_run_folder(TrainConfig()))
        folders[-1].mkdir(parents=True)  # fails if it exists
    assert len(set(folders)) == 4


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("exists", [False, True])
def test_new_or_empty_folder(exists, overwrite, tmp_path):
    folder = tmp_path / "a" / "run"
    if exists:
        folder.mkdir(parents=True)
    config = TrainConfig(run_dir=str(folder), overwrite=overwrite)
    assert choose_run_folder(config) == folder
    assert folder.exists() == exists


@pytest.mark.parametrize("settings", [{}, {"overwrite": True}])
def test_a_file_is_no_run_folder(settings, tmp_path):
    (tmp_path / "file").write_text("mine")
    config = TrainConfig(run_dir=str(tmp_path / "file"), **settings)
    with pytest.raises(FileExistsError, match="is a file"):
        choose_run_folder(config)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_run_is_not_replaced_without_overwrite(tmp_path):
    make_run(tmp_path)
    with pytest.raises(FileExistsError, match="--overwrite.*--resume"):
        choose_run_folder(TrainConfig(run_dir=str(tmp_path)))


def test_a_run_is_replaced_with_overwrite(tmp_path):
    make_run(tmp_path)
    config = TrainConfig(run_dir=str(tmp_path), overwrite=True)
    assert choose_run_folder(config) == tmp_path


@pytest.mark.parametrize("settings", [{}, {"overwrite": True}])
def test_another_folder_is_never_replaced(settings, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        choose_run_folder(TrainConfig(run_dir=str(tmp_path), **settings))
    assert files_in(tmp_path) == ["notes.txt"]


def test_message_for_another_folder_with_overwrite(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    config = TrainConfig(run_dir=str(tmp_path), overwrite=True)
    with pytest.raises(FileExistsError, match="something else than a run"):
        choose_run_folder(config)


def test_hidden_files_count(tmp_path):
    (tmp_path / ".git").mkdir()
    with pytest.raises(FileExistsError, match="not empty"):
        choose_run_folder(TrainConfig(run_dir=str(tmp_path)))


def test_resume_takes_a_run(tmp_path):
    make_run(tmp_path)
    config = TrainConfig(run_dir=str(tmp_path), resume=True)
    assert choose_run_folder(config) == tmp_path


@pytest.mark.parametrize("kind", ["missing", "empty", "other"])
def test_resume_without_a_run(kind, tmp_path):
    folder = tmp_path / "run"
    if kind != "missing":
        folder.mkdir()
    if kind == "other":
        (folder / "notes.txt").write_text("mine")
    with pytest.raises(FileNotFoundError, match="No run to resume"):
        choose_run_folder(TrainConfig(run_dir=str(folder), resume=True))


def test_choosing_writes_nothing(tmp_path):
    make_run(tmp_path)
    before = {name: (tmp_path / name).read_text() for name in RUN_FILES}
    choose_run_folder(TrainConfig(run_dir=str(tmp_path), overwrite=True))
    choose_run_folder(TrainConfig(run_dir=str(tmp_path), resume=True))
    assert files_in(tmp_path) == sorted(RUN_FILES)
    assert before == {n: (tmp_path / n).read_text() for n in RUN_FILES}


def test_start_makes_the_folder_and_notes_the_configuration(tmp_path):
    config = TrainConfig(epochs=7, seed=5)
    start_run(tmp_path / "runs" / "new", config)
    text = (tmp_path / "runs" / "new" / "config.json").read_text()
    assert TrainConfig.from_json(text) == config
    assert files_in(tmp_path / "runs" / "new") == ["config.json"]


def test_start_removes_the_run_before(tmp_path):
    make_run(tmp_path)
    config = TrainConfig(run_dir=str(tmp_path), overwrite=True, epochs=9)
    start_run(tmp_path, config)
    assert [path.name for path in tmp_path.iterdir()] == ["config.json"]
    text = (tmp_path / "config.json").read_text()
    assert TrainConfig.from_json(text) == config


def test_start_leaves_the_run_to_resume(tmp_path):
    make_run(tmp_path)
    start_run(
        tmp_path, TrainConfig(run_dir=str(tmp_path), resume=True, epochs=9)
    )
    assert files_in(tmp_path) == sorted(RUN_FILES)
    text = (tmp_path / "config.json").read_text()
    assert TrainConfig.from_json(text).epochs == 9
    assert (tmp_path / "history.csv").read_text() == "of the earlier run"


def test_overwrite_removes_only_what_a_run_writes(tmp_path):
    make_run(tmp_path)
    mine = ["notes.txt", "plots/loss.png", "model.txt", ".hidden"]
    for name in mine:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    config = TrainConfig(run_dir=str(tmp_path), overwrite=True)
    start_run(choose_run_folder(config), config)
    assert files_in(tmp_path) == sorted(["config.json", *mine])
    assert {(tmp_path / name).read_text() for name in mine} == {"mine"}


def test_overwrite_of_a_folder_with_someone_elses_config(tmp_path):
    """Many programs write a `config.json`: that alone makes no run."""
    (tmp_path / "config.json").write_text('{"theme": "dark"}')
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "years_of_work.bin").write_text("mine")
    config = TrainConfig(run_dir=str(tmp_path), overwrite=True)
    with pytest.raises(FileExistsError):
        choose_run_folder(config)


def test_overwrite_keeps_what_a_link_points_to(tmp_path):
    (tmp_path / "large").mkdir()
    (tmp_path / "large" / "mine.txt").write_text("mine")
    make_run(tmp_path / "run")
    (tmp_path / "run" / "attention.html").unlink()
    (tmp_path / "run" / "attention.html").symlink_to(
        tmp_path / "large" / "mine.txt"
    )
    config = TrainConfig(run_dir=str(tmp_path / "run"), overwrite=True)
    start_run(tmp_path / "run", config)
    assert files_in(tmp_path / "run") == ["config.json"]
    assert (tmp_path / "large" / "mine.txt").read_text() == "mine"


def test_overwrite_removes_a_linked_folder_but_not_what_is_in_it(tmp_path):
    """TensorBoard's may be a link to a larger disk."""
    (tmp_path / "large").mkdir()
    (tmp_path / "large" / "mine.txt").write_text("mine")
    run = tmp_path / "run"
    run.mkdir()
    (run / "config.json").write_text(TrainConfig().to_json())
    (run / "tensorboard").symlink_to(tmp_path / "large")
    start_run(run, TrainConfig(run_dir=str(run), overwrite=True))
    assert [path.name for path in run.iterdir()] == ["config.json"]
    assert (tmp_path / "large" / "mine.txt").read_text() == "mine"


def resume(folder, **settings):
    config = TrainConfig(run_dir=str(folder), resume=True, **settings)
    return resumed_config(folder, config)


def test_resumed_configuration_has_the_seed_of_the_run(tmp_path):
    before = make_run(tmp_path, rnn_units=5)
    resumed = resume(tmp_path, rnn_units=5, epochs=9, quiet=True)
    assert resumed == dataclasses.replace(
        before, epochs=9, quiet=True, resume=True
    )
    assert resumed.seed == 1


def test_resume_with_the_same_seed(tmp_path):
    make_run(tmp_path)
    assert resume(tmp_path, seed=1).seed == 1


def test_resume_with_another_seed(tmp_path):
    make_run(tmp_path)
    with pytest.raises(ValueError, match="`seed`.*resume, 1. .*seed=2"):
        resume(tmp_path, seed=2)


def test_run_folder_may_have_been_moved(tmp_path):
    make_run(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    resumed = resume(tmp_path / "new")
    assert resumed.run_dir == str(tmp_path / "new")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("data", "demo"),
        ("vocabulary_size", 50),
        ("max_tokens", 51),
        ("normalization", "words"),
        ("validation_fraction", 0.5),
        ("embedding_dim", 52),
        ("rnn_units", 53),
        ("attention_units", 54),
        ("num_layers", 2),
        ("cell", "lstm"),
        ("num_heads", 2),
        ("normalizer", "sparsemax"),
        ("dropout", 0.5),
        ("embedding_range", 0.5),
        ("attention_stddev", 0.5),
        ("output_stddev", 0.5),
        ("learning_rate", 0.5),
        ("batch_size", 55),
        ("mixed_precision", True),
    ],
)
def test_resume_with_another_setting(name, value, tmp_path):
    make_run(tmp_path)
    with pytest.raises(ValueError, match=f"`{name}`") as error:
        resume(tmp_path, **{name: value})
    default = getattr(TrainConfig(), name)
    assert f"run to resume, {default!r}." in str(error.value)
    assert f"{name}={value!r}" in str(error.value)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "null", '{"theme": "dark"}', '{"epochs": 0}']
)
def test_damaged_configuration(text, tmp_path):
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(ValueError, match="Damaged run: .*config.json"):
        resume(tmp_path)


def test_configuration_that_is_no_text(tmp_path):
    (tmp_path / "config.json").write_bytes(b"\xff\xfe\x80")
    with pytest.raises(ValueError, match="Damaged run: .*config.json"):
        resume(tmp_path)


def test_results(tmp_path):
    write_results(tmp_path, {"test_accuracy": 0.875}, EPOCHS)
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics == {"test_accuracy": 0.875, "epochs": EPOCHS}
    with (tmp_path / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [{k: str(v) for k, v in epoch.items()} for epoch in EPOCHS]
    assert files_in(tmp_path) == ["history.csv", "metrics.json"]


def test_history_has_no_empty_lines(tmp_path):
    write_results(tmp_path, {}, EPOCHS)
    table = (tmp_path / "history.csv").read_text()
    assert table.splitlines() == [
        "epoch,loss,val_accuracy",
        "1,0.5,0.75",
        "2,0.25,0.875",
    ]


def test_results_replace_those_of_the_epoch_before(tmp_path):
    write_results(tmp_path, {"test_accuracy": None}, EPOCHS[:1])
    write_results(tmp_path, {"test_accuracy": 0.5}, EPOCHS)
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["test_accuracy"] == 0.5
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 3


def test_writing_does_not_change_the_metrics_given(tmp_path):
    metrics = {"test_accuracy": 0.5}
    write_results(tmp_path, metrics, EPOCHS)
    assert metrics == {"test_accuracy": 0.5}


def test_results_that_cannot_be_written_leave_the_old_ones(tmp_path):
    write_results(tmp_path, {"test_accuracy": 0.5}, EPOCHS)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(TypeError, match="not JSON serializable"):
        write_results(tmp_path, {"test_accuracy": object()}, EPOCHS)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
