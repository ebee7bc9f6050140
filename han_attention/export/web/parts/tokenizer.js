// Texts as ids with their places: the rules of `Tokenizer`, in one pass.

const UNKNOWN = 2;
const START = 1;
const APOSTROPHES = new Set(["'", "\u2019"].map((c) => c.codePointAt(0)));
const GAPS = new Set(
  [...'!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n '].map((c) => c.codePointAt(0)),
);
const INNER_JOINERS = new Set([0x200c, 0x200d]);
const LONGEST_RUN = 100; // of letters, to be cut into subwords

class TextTokenizer {
  /** `describe_tokenizer` of Python says what is in `data`. */
  constructor(data) {
    this.data = data;
    this.characters = new Characters(data.classes);
    this.lower = new Map(
      Object.entries(data.lower).map(([from, to]) => [
        from.codePointAt(0),
        codesOf(to),
      ]),
    );
    this.ids = new Map(data.vocabulary.map((word, id) => [word, id]));
    this.merges = new Map(
      data.merges.map(([first, second], rank) => [
        `${this.ids.get(first)} ${this.ids.get(second)}`,
        { rank, id: this.ids.get(first + second) },
      ]),
    );
  }

  /** `{ids, spans}`, a span in the units of JavaScript's strings. */
  encode(text) {
    const read = this.normalize(text);
    const tokens = this.data.start_token ? [{ id: START, start: 0, end: 0 }] : [];
    for (const [start, end] of this.split(read.codes)) {
      tokens.push(...this.number(read, start, end));
    }
    return {
      ids: tokens.map(({ id }) => id),
      spans: tokens.map(({ start, end }) => [start, end]),
    };
  }

  /** Code points in lower case, each with the place that it came from. */
  normalize(text) {
    const codes = [];
    const starts = [];
    const ends = [];
    for (let place = 0; place < text.length; ) {
      const code = text.codePointAt(place);
      const end = place + (code > 0xffff ? 2 : 1);
      for (const lower of this.lowerOf(code)) {
        codes.push(lower);
        starts.push(place);
        ends.push(end);
      }
      place = end;
    }
    return { codes, starts, ends };
  }

  lowerOf(code) {
    if (code >= 0xd800 && code <= 0xdfff) return [0x3f]; // no character: "?"
    if (code === 0x130 && this.data.pattern === "subwords") return [0x69];
    return this.lower.get(code) ?? [code];
  }

  /** Where each word begins and ends. */
  split(codes) {
    switch (this.data.pattern) {
      case "words":
        return splitWords(codes, this.characters);
      case "keras":
        return splitAtGaps(codes);
      case "characters":
        return splitCharacters(codes, this.characters, () => 0);
      default: // "subwords"
        return splitCharacters(codes, this.characters, lengthOfRun);
    }
  }

  /** The tokens of one word. */
  number(read, start, end) {
    if (this.data.pattern === "subwords") {
      return this.mergePieces(read, start, end);
    }
    const letters = read.codes.slice(start, end);
    const word = letters.map((code) => String.fromCodePoint(code)).join("");
    const id = this.ids.get(word) ?? UNKNOWN;
    return [{ id, start: read.starts[start], end: read.ends[end - 1] }];
  }

  /** Byte-pair encoding: of all neighbours the pair learnt first is merged. */
  mergePieces({ codes, starts, ends }, start, end) {
    const pieces = [];
    for (let n = start; n < end; n += 1) {
      const id = this.ids.get(String.fromCodePoint(codes[n])) ?? UNKNOWN;
      const last = pieces[pieces.length - 1];
      if (id === UNKNOWN && last?.id === UNKNOWN) last.end = ends[n];
      else pieces.push({ id, start: starts[n], end: ends[n] });
    }
    for (;;) {
      let best = null;
      for (let n = 0; n + 1 < pieces.length; n += 1) {
        const merge = this.merges.get(`${pieces[n].id} ${pieces[n + 1].id}`);
        if (merge && !(best && best.merge.rank <= merge.rank)) {
          best = { merge, n };
        }
      }
      if (!best) return pieces;
      pieces[best.n].id = best.merge.id;
      pieces[best.n].end = pieces[best.n + 1].end;
      pieces.splice(best.n + 1, 1);
    }
  }
}

function codesOf(text) {
  return [...text].map((character) => character.codePointAt(0));
}

/** Letters with inner apostrophes, and other marks one by one. */
function* splitWords(codes, characters) {
  const isLetter = (n) => n < codes.length && characters.is(codes[n], "word");
  for (let n = 0; n < codes.length; ) {
    const start = n;
    while (isLetter(n) || (n > start && isInner(n))) n += 1;
    if (n === start) {
      n += 1;
      if (characters.is(codes[start], "space")) continue;
    }
    yield [start, n];
  }

  function isInner(n) {
    return APOSTROPHES.has(codes[n]) && isLetter(n - 1) && isLetter(n + 1);
  }
}

/** As Keras' first Tokenizer: what lies between its filter characters. */
function* splitAtGaps(codes) {
  let start = 0;
  for (let n = 0; n <= codes.length; n += 1) {
    if (n < codes.length && !GAPS.has(codes[n])) continue;
    if (n > start) yield [start, n];
    start = n + 1;
  }
}

/** Runs of some length, and elsewhere characters as a reader sees them. */
function* splitCharacters(codes, characters, lengthAt) {
  const ends = characters.findEnds(codes);
  for (let n = 0; n < codes.length; ) {
    const start = n;
    n += lengthAt(codes, n, characters);
    if (n === start) {
      n += 1;
      if (characters.is(codes[start], "space")) continue;
      while (!ends[n]) n += 1;
    }
    yield [start, n];
  }
}

/** Of letters, which are cut into subwords; at most one inner apostrophe. */
function lengthOfRun(codes, start, characters) {
  const isLetter = (n) => n < codes.length && characters.is(codes[n], "word");
  let n = start;
  while (n < start + LONGEST_RUN && (isLetter(n) || INNER_JOINERS.has(codes[n]))) {
    n += 1;
  }
  if (n === start || !APOSTROPHES.has(codes[n]) || !isLetter(n + 1)) {
    return n - start;
  }
  const inner = n + 1;
  n = inner;
  while (n < inner + LONGEST_RUN && isLetter(n)) n += 1;
  return n - start;
}
