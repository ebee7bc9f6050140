#!/usr/bin/env bash
# Guess: `pyarrow.csv.read_csv` reads a text with a line break inside quotes as Python's
# `csv` does, or says that it cannot.
# Seen (pyarrow 26.0.1, 2026-11-28): it depends on how large the file is. A small file is
# read right. In one of more than a block (1 MB) a text that happens to lie on the border is
# cut in two: with one column, all quoted, 60,000 rows become 60,001, without a word; with
# other files it is an error. `newlines_in_values=True` is right, and not the default.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet pyarrow==26.0.1
cat > read.py <<'PYTHON'
import csv

from pyarrow.csv import ParseOptions, read_csv


def write(rows):
    with open("texts.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["text"])
        for n in range(rows):
            writer.writerow([f"Row {n} begins here\nand ends in a second line"])
    with open("texts.csv", newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file)) - 1


for rows in (1_000, 60_000):
    assert write(rows) == rows
    table = read_csv("texts.csv")
    texts = table["text"].to_pylist()
    cut = [text for text in texts if not text.startswith("Row ")]
    print(f"{rows} rows: {table.num_rows} read, of them cut: {cut}")
options = ParseOptions(newlines_in_values=True)
print("newlines_in_values:", read_csv("texts.csv", parse_options=options).num_rows)
PYTHON
environment/bin/python read.py | tee output
grep -qx "1000 rows: 1000 read, of them cut: \[\]" output
grep -q "60000 rows: 60001 read, of them cut: \['and ends in a second line\"'\]" output
grep -qx "newlines_in_values: 60000" output
