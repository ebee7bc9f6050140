"""Who takes part: each runs in a process of its own, told what to do."""

import importlib
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

# Name: backend of Keras, module, precision, part of the texts that it trains
# on. On PyTorch the GRU of Keras is a loop in Python, and gradients of packed
# sequences take 25 times those of padded ones on a processor.
CONTESTANTS = {
    "ours, tensorflow": ("tensorflow", "ours", "", 1),
    "ours, tensorflow, bf16": ("tensorflow", "ours", "bfloat16", 1),
    "ours, jax": ("jax", "ours", "", 1),
    "ours, jax, bf16": ("jax", "ours", "bfloat16", 1),
    "ours, torch": ("torch", "ours", "", 1),
    "ours, torch, bf16": ("torch", "ours", "bfloat16", 1),
    "exported": ("tensorflow", "ours_exported", "", 1),
    "keras, tensorflow": ("tensorflow", "idiomatic", "", 1),
    "keras, tensorflow, bf16": ("tensorflow", "idiomatic", "bfloat16", 1),
    "keras, jax": ("jax", "idiomatic", "", 1),
    "keras, torch": ("torch", "idiomatic", "", 0.05),
    "nn.GRU, padded": ("torch", "plain_torch", "", 1),
    "nn.GRU, packed": ("torch", "packed_torch", "", 0.05),
    "tf-idf": ("tensorflow", "tfidf", "", 1),
}


class Process:
    """A contestant in its process: `run(task)` gives what the task took."""

    def __init__(self, name, folder, cores=None):
        self.name = name
        self.backend = CONTESTANTS[name][0]
        place = str(Path(__file__).parents[1])
        path = os.pathsep.join([place, os.environ.get("PYTHONPATH", "")])
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "speed_parts.contestants",
                name,
                folder,
                str(cores or 0),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ
            | {"KERAS_BACKEND": self.backend, "PYTHONPATH": path},
        )
        self.peak = 0.0  # MiB
        self.tasks = self._read()["tasks"]

    def run(self, task, argument=None):
        print(
            json.dumps([task, argument]), file=self._process.stdin, flush=True
        )
        answer = self._read()
        self.peak = answer.pop("peak")
        return answer

    def _read(self):
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended: see it by itself")
        return json.loads(line)

    def close(self):
        self._process.stdin.close()
        self._process.wait()


class Worker:
    """What stands in the process: it knows one contestant."""

    def __init__(self, name, folder):
        _, module, precision, part = CONTESTANTS[name]
        if precision:
            from speed_parts.ours import use_precision

            use_precision(precision)
        from speed_parts.material import Material

        material = Material.load(folder)
        material = material.cut(max(int(part * len(material.train)), 1))
        module = importlib.import_module(f"speed_parts.{module}")
        self.contestant = module.Contestant(material)
        self.material = material
        self.examples = len(material.train)
        self.tokens = int(material.train.lengths.sum())

    def tasks(self):
        names = ("train", "predict", "encode", "explain")
        found = [name for name in names if hasattr(self.contestant, name)]
        return [*found, "one"]

    def run(self, task, argument):
        if task == "ceilings":
            from speed_parts.ceilings import measure_ceilings

            return measure_ceilings(argument)
        texts = self.material.texts
        if task == "one":
            review = [texts[0]]
            times = [
                self._time(self.contestant.predict, review) for _ in range(20)
            ]
            seconds, cpu = (
                statistics.median(each) for each in zip(*times, strict=True)
            )
            return {"seconds": seconds, "cpu": cpu, "number": 1}
        if task == "train":
            seconds, cpu = self._time(self.contestant.train, argument)
            return {
                "seconds": seconds,
                "cpu": cpu,
                "number": self.examples,
                "tokens": self.tokens,
            }
        seconds, cpu = self._time(getattr(self.contestant, task), texts)
        return {"seconds": seconds, "cpu": cpu, "number": len(texts)}

    def _time(self, function, *arguments):
        start, cpu = time.perf_counter(), time.process_time()
        function(*arguments)
        return time.perf_counter() - start, time.process_time() - cpu


def main():
    name, folder, cores = sys.argv[1:]
    if int(cores):  # before a library counts them
        available = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, available[: int(cores)])
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries print
    worker = Worker(name, folder)
    print(json.dumps({"tasks": worker.tasks()}), file=answers, flush=True)
    for line in sys.stdin:
        answer = worker.run(*json.loads(line))
        usage = resource.getrusage(resource.RUSAGE_SELF)
        answer["peak"] = usage.ru_maxrss / 1024
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
