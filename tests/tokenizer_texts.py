"""Strings that break naive tokenizers."""

ODD_TEXTS = [
    "",
    " ",
    "\t\n \r\n",
    "plain words only",
    "Don't stop, it's O'Brien’s!",
    "emoji 😀 👍🏽 👨‍👩‍👧 done",
    "cafe\u0301 naïve Zoe\u0308",
    "İstanbul'da İĞDIR",
    "日本語 と 한국어 和 中文。",
    "שלום עולם مرحبا",
    "zero\u200bwidth \u200fmarks\ufeff",
    "NUL\x00inside \x00 end",
    "lone \ud800 surrogate\udfff",
    "non\xa0breaking\u2003space",
    "<br /><br />I'd give it 10/10...",
    "[PAD] [UNK] [START] [pad]",
    "a" * 5_000,
    "ǅ ﬁ ß ẞ Å",
]
