"""Scores many files by Ray: each is a shard, read and written by itself."""

import json
import logging
import os
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from han_attention._silence import without_log_lines
from han_attention.atomic import replace_when_written
from han_attention.data.text_files import TextFiles
from han_attention.inference.output import write_predictions
from han_attention.inference.records import TEXT
from han_attention.inference.records import predict_records
from han_attention.inference.scorer import TextScorer

_NOTE = "scoring.json"
_MOST_NAMED = 10  # failed shards, in one error
# An actor has one core. So that no library starts a thread for each:
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


@dataclass(frozen=True)
class Scoring:
    """What is done with each shard.

    Attributes:
        model: The folder of an exported model, or of a trained one.
        output: The folder to write to.
        reading: Arguments of `TextFiles`. Defaults to none.
        threshold: From which probability on a label is given. Defaults to
            None: as the model says.
        keep_text: Whether the texts go along. Defaults to `True`.
    """

    model: str
    output: str
    reading: Mapping[str, Any] = field(default_factory=dict)
    threshold: float | None = None
    keep_text: bool = True

    def find_output(self, shard: str | Path) -> Path:
        """Where the predictions of a shard are written."""
        name = Path(shard).name.removesuffix(".parquet")
        return Path(self.output) / f"{name}.parquet"

    def fingerprint(self) -> str:
        """Tells this scoring from one by another model or other flags."""
        digest = blake2b(digest_size=8)
        digest.update((Path(self.model) / "config.json").read_bytes())
        options = [dict(self.reading), self.threshold, self.keep_text]
        digest.update(json.dumps(options, sort_keys=True).encode())
        return digest.hexdigest()


class ShardScorer:
    """Scores whole shards, one after the other; the model is loaded once.

    Args:
        scoring: What is done.
    """

    def __init__(self, scoring: Scoring) -> None:
        self._scoring = scoring
        self._scorer = TextScorer(scoring.model)

    def __call__(self, item: dict[str, Any]) -> dict[str, Any]:
        """Score one shard, and say how many rows it has, or what failed."""
        shard = item["shard"]
        try:
            return {"shard": shard, "rows": self._score(shard), "error": ""}
        except Exception as error:  # of whatever reads it: the others go on
            reason = " ".join(str(error).split()) or type(error).__name__
            return {"shard": shard, "rows": 0, "error": reason[:300]}

    def _score(self, shard: str) -> int:
        scoring, predictor = self._scoring, self._scorer.predictor
        if scoring.threshold is not None:
            predictor.set_thresholds(scoring.threshold)
        files = TextFiles(
            shard,
            need_labels=False,
            trained_columns=predictor.columns,
            **scoring.reading,
        )
        rows: Iterator[dict[str, Any]]
        rows = predict_records(predictor, files.records())
        if not scoring.keep_text:
            rows = ({k: row[k] for k in row if k != TEXT} for row in rows)
        return write_predictions(
            scoring.find_output(shard), rows, predictor.class_names
        )


def score_shards(
    scoring: Scoring,
    shards: Sequence[str | Path],
    *,
    address: str | None = None,
    num_workers: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Score files with Ray Data, as many at once as there are cores.

    Each becomes a Parquet file, with the rows of `predict_records`, whole or
    not there. A shard that has its predictions already, and has not changed
    since, is not scored again: a run that was ended goes on.

    Args:
        scoring: What is done with each.
        shards: Files that `TextFiles` reads, on every machine at the same
            path.
        address: Of a cluster. Defaults to None: this machine alone.
        num_workers: Processes that hold the model. Defaults to None: one for
            each core.

    Yields:
        For each shard, when it is done, `shard`, `rows` and `error`, which is
        empty if all went well.

    Raises:
        ImportError: if Ray is not installed.
        FileExistsError: if the folder holds predictions of another model, or
            by other flags.
        ValueError: for two shards of one name, or, at the end, if some
            failed: it names them.
    """
    _check_names(scoring, shards)
    _note_scoring(scoring)
    waiting = [shard for shard in shards if not _is_scored(scoring, shard)]
    failed = []
    if waiting:
        with _open_ray(address) as ray:
            for found in _map(ray, scoring, waiting, num_workers):
                if found["error"]:
                    failed.append(f"{found['shard']}: {found['error']}")
                yield found
    if failed:
        more = f"; and {len(failed) - _MOST_NAMED} more"
        raise ValueError(
            f"{len(failed)} of {len(shards)} shards failed, and can be scored "
            f"by the same command again: {'; '.join(failed[:_MOST_NAMED])}"
            + (more if len(failed) > _MOST_NAMED else "")
        )


def _check_names(scoring: Scoring, shards: Sequence[str | Path]) -> None:
    counts = Counter(map(scoring.find_output, shards))
    (output, number), *_ = counts.most_common(1)
    if number > 1:
        raise ValueError(
            f"{number} files would be written to {output}. Expected files of "
            "different names."
        )


def _map(
    ray: Any,
    scoring: Scoring,
    shards: Sequence[str | Path],
    num_workers: int | None,
) -> Iterator[dict[str, Any]]:
    """What `ShardScorer` says of each shard, in actors of one core."""
    if num_workers is None:
        num_workers = int(ray.cluster_resources().get("CPU", 1))
    num_workers = max(min(num_workers, len(shards)), 1)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    items = [{"shard": str(shard)} for shard in shards]
    found = ray.data.from_items(items, override_num_blocks=len(items)).map(
        ShardScorer,
        fn_constructor_args=[scoring],
        compute=ray.data.ActorPoolStrategy(size=num_workers),
        num_cpus=1,
        runtime_env={"env_vars": _ONE_THREAD | _choose_backend()},
    )
    yield from found.iter_rows()


def _choose_backend() -> dict[str, str]:
    backend = os.environ.get("KERAS_BACKEND")
    return {} if backend is None else {"KERAS_BACKEND": backend}


@contextmanager
def _open_ray(address: str | None) -> Iterator[Any]:
    """Ray, started here if it does not run, and ended then."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise ImportError(
            'Scoring by Ray needs it: pip install "han-attention[scale]"'
        ) from error
    if ray.is_initialized():
        yield ray
        return
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        with without_log_lines():
            ray.init(
                address,
                include_dashboard=None if address else False,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        yield ray
    finally:
        ray.shutdown()


def _note_scoring(scoring: Scoring) -> None:
    """Note what the folder holds, or see that it is the same.

    Raises:
        FileExistsError: if it holds something else.
    """
    path, now = Path(scoring.output) / _NOTE, scoring.fingerprint()
    if path.is_file():
        try:
            before = json.loads(path.read_text(encoding="utf-8"))["scoring"]
        except (ValueError, KeyError, TypeError):
            before = None
        if before == now:
            return
    if path.parent.is_dir() and any(path.parent.iterdir()):
        raise FileExistsError(
            f"The folder {scoring.output} holds something else than "
            "predictions of this model by these flags. Choose another "
            "`output`."
        )
    with replace_when_written(path) as temporary:
        temporary.write_text(json.dumps({"scoring": now}), encoding="utf-8")


def _is_scored(scoring: Scoring, shard: str | Path) -> bool:
    """Whether the predictions are there, and newer than the shard."""
    output = scoring.find_output(shard)
    if not output.is_file():
        return False
    return output.stat().st_mtime >= Path(shard).stat().st_mtime
