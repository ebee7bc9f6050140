"""Draw what `accuracy.py --sizes ... --output` wrote: accuracy by texts.

    python benchmarks/learning_curve.py curve.jsonl \\
        --picture docs/pictures/learning_curve.png

A panel for each data set; points are means of the seeds, bars go from the
lowest to the highest. The same numbers are printed as a table.
"""

import argparse
import json
import statistics
from collections import defaultdict
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

NAMES = {
    "tfidf": "TF-IDF, logistic regression",
    "bayes": "Naive-Bayes-weighted logistic regression",
    "default": "TextClassifier()",
    "fast": "preset fast",
    "accurate": "preset accurate",
    "unlabelled": "preset fast, 50,000 unlabelled reviews",
}


def read_curves(path):
    """Accuracies by data set, model and number of texts; a seed counts once."""
    found = defaultdict(dict)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        key = row["data"], row["model"], row["texts"]
        found[key][row["seed"]] = row["accuracy"]
    curves = defaultdict(lambda: defaultdict(dict))
    for (data, model, texts), by_seed in sorted(found.items()):
        curves[data][model][texts] = list(by_seed.values())
    return curves


def make_table(curves):
    lines = []
    for data, models in curves.items():
        sizes = sorted({size for points in models.values() for size in points})
        head = " | ".join(f"{size:,}" for size in sizes)
        lines += [f"| {data}, texts | {head} |"]
        lines += ["|" + "---|" * (len(sizes) + 1)]
        for model in NAMES:
            cells = [
                f"{statistics.mean(models[model][size]):.3f}"
                if size in models.get(model, {})
                else ""
                for size in sizes
            ]
            if any(cells):
                lines.append(f"| {NAMES[model]} | {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def draw(curves, path):
    figure, panels = plt.subplots(
        1, len(curves), figsize=(5 * len(curves), 3.6), layout="constrained"
    )
    for axes, (data, models) in zip(panels, curves.items(), strict=True):
        for number, (model, name) in enumerate(NAMES.items()):
            if model in models:
                draw_curve(axes, models[model], name, number)
        sizes = sorted({size for points in models.values() for size in points})
        axes.set(
            xscale="log", title=data, xlabel="training texts", ylabel="accuracy"
        )
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes], minor=False)
        axes.set_xticks([], minor=True)
        axes.grid(alpha=0.3)
    panels[0].legend(fontsize=8, loc="lower right")
    figure.savefig(path, dpi=120)


def draw_curve(axes, points, name, number):
    means = np.array([statistics.mean(each) for each in points.values()])
    lowest = np.array([min(each) for each in points.values()])
    highest = np.array([max(each) for each in points.values()])
    axes.errorbar(
        list(points),
        means,
        [means - lowest, highest - means],
        label=name,
        color=f"C{number}",
        marker="osD^vP"[number],
        markersize=4,
        linewidth=1.2,
        capsize=2,
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("results", type=Path)
    parser.add_argument("--picture", type=Path)
    flags = parser.parse_args()
    curves = read_curves(flags.results)
    print(make_table(curves))
    if flags.picture:
        draw(curves, flags.picture)


if __name__ == "__main__":
    main()
