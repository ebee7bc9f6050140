#!/usr/bin/env bash
# Guess: the default of `TextVectorization`, "lower_and_strip_punctuation", keeps words
# apart that punctuation kept apart, and strips the punctuation of Unicode.
# Seen (keras 3.15.1, tensorflow 2.21.0, 2026-11-28): neither. ASCII punctuation is taken
# away without a space in its place, so "good/bad" is the word "goodbad", and reviews of
# IMDB get "endbr" out of "end.<br />". Quotation marks of Unicode stay: "“fine”" is a word
# beside "fine".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet keras==3.15.1 tensorflow==2.21.0
export KERAS_BACKEND=tensorflow KERAS_HOME="$folder" TF_CPP_MIN_LOG_LEVEL=3
cat > words.py <<'PYTHON'
import keras

layer = keras.layers.TextVectorization()
layer.adapt(["A good/bad end.<br /><br />But “fine”, fine"])
print(*sorted(map(str, layer.get_vocabulary()[2:])))
PYTHON
environment/bin/python words.py 2> log | tee output || { cat log; exit 1; }
grep -qx "a br but endbr fine goodbad “fine”" output
