#!/usr/bin/env bash
# Guess: `CountVectorizer` of scikit-learn finds the words of any language that puts spaces
# between them.
# Seen (scikit-learn 1.9.1, Python 3.11, 2026-11-28): not where vowels are marks. `\w` of
# Python's `re` matches no mark, so the default pattern breaks Hindi words at their vowels
# and drops the pieces of one letter: "film" is gone, "good" is a piece, and a text of two
# words has an "empty vocabulary". With strip_accents="unicode" Korean words are kept as
# letters apart, so that the word one types is not in the vocabulary.
# A pattern without `\w`, such as r"\S+", is right in both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet scikit-learn==1.9.1
cat > words.py <<'PYTHON'
from sklearn.feature_extraction.text import CountVectorizer


def find(text, **options):
    try:
        return set(CountVectorizer(**options).fit([text]).vocabulary_)
    except ValueError as error:
        return str(error).partition(";")[0]


text = "यह फिल्म अच्छी है"  # this film good is
print("Hindi:", len(text.split()), "words,", sorted(find(text)))
print("two words:", find("सिनेमा हिन्दी"))
found = find(text, token_pattern=r"\S+")
print("pattern:", found == set(text.split()))
korean = "영화는 정말 좋다"
print("Korean:", find(korean) == set(korean.split()))
kept = find(korean, strip_accents="unicode")
print("without accents:", "영화는" in kept, sorted(map(len, kept)))
PYTHON
environment/bin/python words.py | tee output
grep -qx "Hindi: 4 words, \['अच', 'यह'\]" output
grep -qx "two words: empty vocabulary" output
grep -qx "pattern: True" output
grep -qx "Korean: True" output
grep -q "^without accents: False" output
