"""The tables of `benchmarks/speed.py`, and their place in the docs."""

import os
import platform
import re
import statistics
from pathlib import Path

import keras

from speed_parts.ours import count_products


def describe_machine():
    """The processor, its cores, and how many wanted them."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        text = ""
    found = re.search(r"model name\s*: (.*)", text)
    name = found[1] if found else platform.processor()
    flags = set(re.findall(r"^flags\s*: (.*)$", text, re.M)[:1][0].split())
    known = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")
    load = os.getloadavg()[1]
    return (
        f"{name}, {os.cpu_count()} cores, "
        f"{', '.join(flag for flag in known if flag in flags)}; "
        f"Python {platform.python_version()}, Keras {keras.version()}; "
        f"{load:.1f} processes wanted a core in the last five minutes."
    )


def make_report(command, seconds, results, peaks, ceilings, accuracy):
    """All that was measured, as Markdown."""
    before = [f"{what} took {took:.1f} s" for what, took in seconds.items()]
    parts = [
        f"`{command}` on {describe_machine()}\n",
        f"Before: {', '.join(before)}.\n",
        "Medians of rounds in turns; in brackets the slowest and the fastest "
        "round. `ratio` is that of the medians of seconds of the processor, "
        "which others on the machine disturb least: how many times as many "
        "the alternative took as ours on the same backend.\n",
    ]
    for task in ("train", "predict", "one", "encode", "explain"):
        rows = {
            who: each[task] for who, each in results.items() if task in each
        }
        if rows:
            parts.append(make_table(task, rows, peaks))
    parts.append(make_ceilings(ceilings, results))
    if accuracy is not None:
        parts.append(
            "TF-IDF with logistic regression, trained on all training texts: "
            f"test accuracy {accuracy:.4f}.\n"
        )
    return "\n".join(parts)


TITLES = {
    "train": "Training, examples/s",
    "predict": "Prediction from strings, texts/s",
    "one": "One review, times a second",
    "encode": "Encoding, texts/s",
    "explain": "Attention and contributions from strings, texts/s",
}


def make_table(task, rows, peaks):
    training = task == "train"
    head = f"| {TITLES[task]} | a second | a second of a core | ratio |"
    head += " first epoch, extra s | peak MiB |" if training else ""
    lines = [head, "|" + "---|" * head.count(" |")]
    for who, rounds in rows.items():
        first, *rounds = rounds
        rates = [each["number"] / each["seconds"] for each in rounds]
        line = (
            f"| {who} | {statistics.median(rates):,.1f} "
            f"({min(rates):,.1f} to {max(rates):,.1f}) "
            f"| {find_rate(rounds):,.1f} | {compare(who, rows)} |"
        )
        if training:
            usual = statistics.median(each["seconds"] for each in rounds)
            extra = max(first["seconds"] - usual, 0)
            line += f" {extra:.1f} | {peaks[who]:,.0f} |"
        lines.append(line)
    return "\n".join(lines) + "\n"


def find_rate(rounds):
    """Texts a second of a core."""
    return statistics.median(r["number"] / max(r["cpu"], 1e-9) for r in rounds)


def compare(who, rows):
    """An alternative's processor time beside ours on the same backend."""
    ours = who.replace("keras", "ours")
    if who.startswith("nn.GRU"):
        ours = "ours, torch"
    if ours == who or ours not in rows:
        return ""
    return f"{find_rate(rows[ours][1:]) / find_rate(rows[who][1:]):.2f}"


def make_ceilings(ceilings, results):
    """Limits of the machine, and which share of them training reaches."""
    lines = [
        "| | copy, GB/s | float32 GFLOP/s | bfloat16 GFLOP/s | a second of a "
        "core, float32 | reached on real tokens, a second of a core | share |",
        "|---|---|---|---|---|---|---|",
    ]
    for who, limit in ceilings.items():
        rounds = results[who]["train"][1:]
        reached = statistics.median(
            count_products(each["tokens"]) / max(each["cpu"], 1e-9)
            for each in rounds
        )
        core = limit["float32, a second of a core"]
        lines.append(
            f"| {who} | {limit['copy'] / 1e9:.1f} "
            f"| {limit['float32'] / 1e9:.0f} | {limit['bfloat16'] / 1e9:.0f} "
            f"| {core / 1e9:.0f} | {reached / 1e9:.0f} | {reached / core:.0%} |"
        )
    return "\n".join(lines) + "\n"


def write_part(path, text, name="speed"):
    """Put the report between its marks in a Markdown file."""
    path = Path(path)
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    before, rest = path.read_text().split(begin)
    after = rest.split(end)[1]
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}")
