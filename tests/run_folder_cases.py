"""Run folders as a training leaves them."""

import json

from training_cases import published

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
    settings = published(**{"seed": 1} | settings)
    content = settings.to_dict() | {"data": "these"}
    (folder / "config.json").write_text(json.dumps(content))
    return settings
