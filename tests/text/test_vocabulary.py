"""Words, characters and byte-pair subwords: what each is."""

import json
import random
import subprocess
import sys

import pytest
import tokenizers

from han_attention.text.tokenizer import Tokenizer

UNITS = ["words", "characters", "subwords"]

FAMILY = "👨\u200d👩\u200d👧"
ODD_TEXTS = [
    "",
    " ",
    "\t\n \r\n",
    "Don't stop, it's O'Brien’s!",
    f"emoji 😀 👍🏽 {FAMILY} 🇩🇪🇫🇷 ❤️\u200d🔥 1️⃣ done",
    "cafe\u0301 naïve Zoe\u0308 \u0301alone",
    "İstanbul'da İĞDIR iİi",
    "日本語 と 한국어 和 中文。",
    "नमस्ते किताब ที่นี่ กำ",
    "می\u200cخواهم क्\u200dष",
    "zero\u200bwidth \u200fmarks\ufeff",
    "NUL\x00inside \x00 end \x1c\x85",
    "lone \ud800 surrogate\udfff",
    "[PAD] [UNK] [START] [pad] ##ing ▁ Ġ </w>",
    "a" * 5_000,
    "ǅ ﬁ ß ẞ Å ΟΔΟΣ",
]

CHINESE = (
    "这部电影很好看，我喜欢这部电影。 这部电影不好看，我不喜欢这部电影。 "
    "电影院今天放电影。"
).split()
JAPANESE = (
    "この映画はとても面白いです。 この映画は面白くないです。 "
    "面白い映画を見ました。"
).split()
THAI = ("หนังเรื่องนี้สนุกมาก หนังเรื่องนี้ไม่สนุกเลย ฉันชอบหนังเรื่องนี้มาก").split()


def lower(text):
    """Letter by letter: a final sigma is no other sigma here."""
    return "".join(letter.lower() for letter in text)


def get_words(tokenizer, text):
    return [text[start:end] for start, end in tokenizer.encode(text).spans]


def check_spans(tokenizer, unit, text):
    """Ascending, in range, apart, of the token's text, nothing left out."""
    readable = text.encode(errors="replace").decode()
    if unit == "subwords":
        readable = readable.replace("İ", "i")
    vocabulary, done, covered = tokenizer.vocabulary, 0, set()
    encoding = tokenizer.encode(text)
    for word_id, (start, end) in zip(encoding.ids, encoding.spans, strict=True):
        assert done <= start < end <= len(text), ascii(text)
        if word_id != 2:
            assert lower(readable[start:end]) == vocabulary[word_id]
        covered.update(range(start, end))
        done = end
    left_out = {readable[n] for n in range(len(text)) if n not in covered}
    assert all(character.isspace() for character in left_out), ascii(text)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("text", ODD_TEXTS)
def test_spans_point_at_the_original(unit, known, text):
    texts = ODD_TEXTS if known else ["a b c lone i \u0301"]
    tokenizer = Tokenizer.train(texts, 2_000, unit=unit)
    check_spans(tokenizer, unit, text)


@pytest.mark.parametrize("unit", UNITS)
def test_spans_of_random_strings(unit):
    rng = random.Random(0)
    pool = [*"ab İißΣ \n\r1#é'’\u0301\u200d\ufe0f\u20e3👨👩🏽🇩🇪न्तिที่ํา\x00한中"]
    pool += ["\u1112", "\u1161", "\ud800", "\U000e0067", FAMILY, "word"]
    texts = ["".join(rng.choices(pool, k=20)) for _ in range(400)]
    tokenizer = Tokenizer.train(texts[:200], 300, unit=unit)
    for text in texts:
        check_spans(tokenizer, unit, text)


def test_no_letter_but_one_grows_in_lower_case():
    # Else two subwords could get one span.
    grow = [c for c in map(chr, range(0x110000)) if len(c.lower()) > 1]
    assert grow == ["İ"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A film!", ["A", "f", "i", "l", "m", "!"]),
        ("cafe\u0301\r\n", ["c", "a", "f", "e\u0301"]),
        (f"{FAMILY}x👍🏽", [FAMILY, "x", "👍🏽"]),
        ("🇩🇪🇫🇷🇩", ["🇩🇪", "🇫🇷", "🇩"]),
        ("❤️\u200d🔥 1️⃣", ["❤️\u200d🔥", "1️⃣"]),
        ("नमस्ते", ["न", "म", "स्", "ते"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("한\u1112\u1161\u11ab", ["한", "\u1112\u1161\u11ab"]),
        ("İi", ["İ", "i"]),
        ("电影", ["电", "影"]),
    ],
)
def test_characters_are_those_a_reader_sees(text, expected):
    tokenizer = Tokenizer.train([text], unit="characters")
    assert get_words(tokenizer, text) == expected
    assert 2 not in tokenizer.encode(text).ids


def test_characters_by_frequency_ties_by_the_alphabet():
    tokenizer = Tokenizer.train(["bab a", "cb d"], 6, unit="characters")
    # b 3 times, a 2, c and d once
    assert tokenizer.vocabulary[3:] == ["b", "a", "c"]
    assert tokenizer.encode("ad").ids == [4, 2]


def test_subwords_are_the_pairs_merged_most_often():
    tokenizer = Tokenizer.train(["ab abc ab", "abc ab d"], unit="subwords")
    # a 5, b 5, c 2, d 1; then ab 5 times, abc 2 times
    words = ["a", "b", "c", "d", "ab", "abc"]
    assert tokenizer.vocabulary[3:] == words
    assert tokenizer.encode("abcab Bad").ids == [8, 7, 4, 3, 6]
    assert tokenizer.encode("abcab Bad").spans == [
        *((0, 3), (3, 5), (6, 7), (7, 8), (8, 9))
    ]


def test_unknown_neighbours_are_one_unknown_piece():
    tokenizer = Tokenizer.train(["a b"], unit="subwords")
    encoding = tokenizer.encode(f"aжжb {FAMILY} ж")
    assert encoding.ids == [3, 2, 4, 2, 2]
    assert encoding.spans == [(0, 1), (1, 3), (3, 4), (5, 10), (11, 12)]


@pytest.mark.parametrize(
    ("texts", "new", "expected"),
    [
        (CHINESE, "我看电影", ["我", "看", "电影"]),
        (JAPANESE, "映画が面白い", ["映画", "が", "面白", "い"]),
        (THAI, "สนุกมาก", ["สนุก", "มาก"]),
    ],
)
def test_subwords_of_languages_without_spaces(texts, new, expected):
    tokenizer = Tokenizer.train(texts, 200, unit="subwords")
    for text in texts:
        subwords = get_words(tokenizer, text)
        assert "".join(subwords) == text
        assert len(subwords) < 0.9 * len(text)
        assert 2 not in tokenizer.encode(text).ids
    assert get_words(tokenizer, new) == expected


def test_a_frequent_emoji_becomes_one_piece():
    tokenizer = Tokenizer.train([f"good {FAMILY}"] * 3, unit="subwords")
    assert get_words(tokenizer, f"{FAMILY}!")[0] == FAMILY


def test_subwords_have_at_most_16_characters():
    texts = ["supercalifragilisticexpialidocious", "一二三四五六七八九十" * 4]
    tokenizer = Tokenizer.train(texts * 5, unit="subwords")
    assert 8 < max(map(len, tokenizer.vocabulary)) <= 16


@pytest.mark.parametrize("size", [4, 5, 10, 300, 2_000])
@pytest.mark.parametrize("unit", UNITS)
def test_the_vocabulary_size_is_a_limit(unit, size):
    characters = "".join(map(chr, range(0x4E00, 0x4E00 + 3_000)))
    texts = ["good good film " * 10, characters, " ".join(characters)]
    tokenizer = Tokenizer.train(texts, size, unit=unit)
    assert len(tokenizer) <= size
    if unit != "subwords":
        assert len(tokenizer) == size
    else:
        singles = [w for w in tokenizer.vocabulary if len(w) == 1]
        assert 1 <= len(singles) <= max((size - 3) // 2, 1)
        assert "o" in singles  # the most frequent one


@pytest.mark.parametrize("unit", UNITS)
def test_training_twice_writes_the_same_file(unit, tmp_path):
    # Far more characters than fit, all equally frequent: ties everywhere.
    program = (
        "import sys\n"
        "from han_attention.text.tokenizer import Tokenizer\n"
        "text = ''.join(map(chr, range(0x4e00, 0x4e00 + 500)))\n"
        "texts = [text, *text, text[::-1], 'good film goods filmed'] * 2\n"
        "Tokenizer.train(texts, 300, unit=sys.argv[1]).save(sys.argv[2])\n"
    )
    files = [tmp_path / "1.json", tmp_path / "2.json"]
    for file in files:  # hash keys differ from process to process
        subprocess.run([sys.executable, "-c", program, unit, file], check=True)
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("start_token", [False, True])
def test_saved_it_is_read_by_the_tokenizers_library(
    tmp_path, unit, start_token
):
    tokenizer = Tokenizer.train(ODD_TEXTS, 200, "words", start_token, unit)
    path = tmp_path / "tokenizer.json"
    tokenizer.save(path)
    loaded = Tokenizer.load(path)
    assert loaded.vocabulary == tokenizer.vocabulary
    assert loaded.encode_batch(ODD_TEXTS) == tokenizer.encode_batch(ODD_TEXTS)
    assert loaded.encode_ids(ODD_TEXTS) == tokenizer.encode_ids(ODD_TEXTS)
    loaded.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()
    plain = tokenizers.Tokenizer.from_file(str(path))
    for text in ODD_TEXTS[:12]:  # those without lone surrogates
        assert plain.encode(text).ids == tokenizer.encode(text).ids
        assert plain.encode(text).offsets == tokenizer.encode(text).spans


@pytest.mark.parametrize("unit", UNITS)
def test_special_ids(tmp_path, unit):
    texts = ["[PAD] [UNK] [START]"] * 5 + ["x[PAD]", "[pad]"]
    tokenizer = Tokenizer.train(texts, start_token=True, unit=unit)
    assert tokenizer.vocabulary[:3] == ["[PAD]", "[START]", "[UNK]"]
    tokenizer.save(tmp_path / "tokenizer.json")
    saved = json.loads((tmp_path / "tokenizer.json").read_text())
    assert saved["added_tokens"] == []
    for text in texts:
        ids = tokenizer.encode(text).ids
        assert ids[0] == 1
        assert min(ids[1:]) >= 3
    assert tokenizer.encode("").ids == [1]
    assert tokenizer.encode("ж").ids == [1, 2]
    decoded = tokenizer.decode([*tokenizer.encode("pad").ids[1:], 0])
    assert decoded.replace(" ", "") == "pad"


@pytest.mark.parametrize("unit", [*UNITS, "keras"])
@pytest.mark.parametrize("gap", [" ", "\n", "\t"])
def test_a_long_text_is_that_of_its_parts(unit, gap):
    line = f"Don't  panic İ! e\u0301 {FAMILY} 中文{gap}"
    many = 250_000 // len(line)
    choice = {"unit": unit} if unit != "keras" else {"normalization": unit}
    tokenizer = Tokenizer.train([line * many], start_token=True, **choice)
    once = tokenizer.encode(line)
    assert 2 not in once.ids
    whole = tokenizer.encode(line * many)
    assert whole.ids == [1, *once.ids[1:] * many]
    assert tokenizer.encode_ids(["x", line * many])[1] == whole.ids
    last = len(line) * (many - 1)
    assert whole.spans[-len(once.ids) + 1 :] == [
        (first + last, end + last) for first, end in once.spans[1:]
    ]


@pytest.mark.parametrize("unit", UNITS)
def test_a_long_text_with_hardly_any_space(unit):
    tokenizer = Tokenizer.train(["ab"], unit=unit)
    for text in ("ab" * 75_000, "ab" * 75_000 + " ab", "a" * 100_001):
        encoding = tokenizer.encode(text)
        assert encoding.spans[-1][1] == len(text)
        assert encoding.spans[-1][0] >= text.rfind(" ")


def test_long_runs_do_not_slow_the_training_of_subwords():
    rng = random.Random(0)
    text = "".join(rng.choices("абвгдежзийклмн", k=200_000))
    tokenizer = Tokenizer.train([text], 1_000, unit="subwords")
    assert len(tokenizer) == 1_000
    assert len(tokenizer.encode(text).ids) < 100_000


@pytest.mark.parametrize("unit", ["characters", "subwords"])
def test_keras_rules_are_for_words_alone(unit):
    with pytest.raises(ValueError, match=f"`normalization`.*unit='{unit}'"):
        Tokenizer.train(["a"], normalization="keras", unit=unit)


@pytest.mark.parametrize("unit", ["bytes", "", None, "word"])
def test_an_unknown_unit_is_refused(unit):
    with pytest.raises(ValueError, match="`unit`.*'characters', 'subwords'"):
        Tokenizer.train(["a"], unit=unit)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("texts", [[], [""], [" \n\t\u3000"], iter([])])
def test_texts_without_units_are_refused(unit, texts):
    with pytest.raises(ValueError, match="vocabulary is empty"):
        Tokenizer.train(texts, unit=unit)


@pytest.mark.parametrize("unit", UNITS)
def test_an_iterator_of_texts_is_read_once(unit):
    tokenizer = Tokenizer.train(iter(CHINESE), 100, unit=unit)
    again = Tokenizer.train(CHINESE, 100, unit=unit)
    assert tokenizer.vocabulary == again.vocabulary
