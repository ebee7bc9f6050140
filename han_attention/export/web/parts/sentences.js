// Sentences of a text: `split_sentences` of Python, rule by rule. The patterns
// and the words that it knows come from there.

class SentenceSplitter {
  /** `describe_splitter` of Python says what is in the data. */
  constructor({ patterns, words, brackets, longest, classes }) {
    this.brackets = brackets;
    this.longest = longest;
    this.characters = new Characters(classes);
    this.words = {};
    for (const [name, list] of Object.entries(words)) {
      this.words[name] = new Set(list);
    }
    this.patterns = {};
    for (const [name, [source, flags]] of Object.entries(patterns)) {
      this.patterns[name] = {
        search: new RegExp(source, `g${flags}`),
        match: new RegExp(source, `y${flags}`),
        whole: new RegExp(`^(?:${source})$`, flags),
      };
    }
  }

  /** Where each sentence begins and ends, in units of JavaScript's strings. */
  split(text) {
    const spans = [];
    for (const [start, end] of this.paragraphs(text)) {
      let first = start;
      for (const cut of this.cuts(text, start, end)) {
        const span = this.strip(text, first, cut);
        if (span[1] > span[0]) spans.push(span);
        first = cut;
      }
    }
    return spans;
  }

  *paragraphs(text) {
    let start = 0;
    for (const gap of text.matchAll(this.patterns.gap.search)) {
      yield [start, gap.index];
      start = gap.index + gap[0].length;
    }
    yield [start, text.length];
  }

  /** Where the sentences of a paragraph end; there is a word in each. */
  *cuts(text, start, end) {
    const part = text.slice(0, end); // no pattern looks beyond
    let word = this.search("word", part, start);
    let stop = this.search("stop", part, start);
    for (; stop && word; stop = this.search("stop", part, stop.end)) {
      const { marks, closing, smiley } = stop.groups;
      const shown = marks ? marks + closing + smiley : stop[0];
      const cut = stop.index + shown.length;
      if (word.index >= cut || !this.isEnd(text, part, start, stop)) continue;
      word = this.search("word", part, cut);
      if (!word) break;
      yield cut;
      start = cut;
    }
    yield end;
  }

  /** Whether the sentence that began at `start` ends at a stop. */
  isEnd(text, part, start, stop) {
    const { wide, clause, marks, closing, space } = stop.groups;
    if (wide) return !clause;
    if (!marks) {
      // A line break before "1. " or "- ".
      const mark = lastOf(text, 0, stop.index, 1);
      return ".:;!?".includes(mark) || this.match("item", text, start) !== null;
    }
    if (stop.end === part.length) return true;
    if (!space) return this.isGluedEnd(text, part, start, stop);
    const following = text.codePointAt(stop.end);
    if (closing && this.characters.is(following, "lower")) return false;
    if (/[^. …]/u.test(marks)) return true;
    if (marks !== ".") {
      const is = (name) => this.characters.is(following, name);
      return is("letter") && !is("lower");
    }
    return this.isLast(text, start, stop);
  }

  /** What stands before a mark, up to white space, without brackets. */
  wordBefore(text, start, place) {
    const before = lastOf(text, start, place, this.longest.word);
    const [first, end] = this.strip(before, 0, before.length);
    const codes = [...before.slice(first, end)];
    let begin = codes.length;
    const isSpace = (n) => this.characters.is(codes[n].codePointAt(0), "space");
    const isCjk = (n) => this.patterns.cjk.whole.test(codes[n]);
    while (begin > 0 && !isSpace(begin - 1) && !isCjk(begin - 1)) begin -= 1;
    const isBracket = (n) => n < codes.length && this.brackets.includes(codes[n]);
    while (isBracket(begin)) begin += 1;
    return codes.slice(begin).join("");
  }

  /** Whether a word with a full stop and a space can end a sentence. */
  isLast(text, start, stop) {
    const { words, patterns, characters } = this;
    const place = stop.index;
    const after = stop.end;
    const word = this.wordBefore(text, start, place);
    const size = [...word].length;
    if (size > this.longest.abbreviation) return true;
    if (patterns.number.whole.test(word)) {
      const before = lastOf(text, start, place, 9);
      if (before.slice(...this.strip(before, 0, before.length)) === word) {
        return false; // the number of a list item
      }
      if (this.areAll(word, "digit")) {
        const near = lastOf(text, start, place, 6) + text.slice(place, after);
        return !this.search("ordinal", near + firstOf(text, after, 10), 0);
      }
    }
    const following = text.codePointAt(after);
    const name = word.toLowerCase();
    if (words.before_names.has(name)) return false;
    if (characters.is(following, "digit") && words.before_numbers.has(name)) {
      return false;
    }
    const capital = characters.is(following, "upper");
    if (words.before_capitals.has(name)) return capital;
    if (size === 1 && this.isLower(word)) {
      return [...firstOf(text, after, 2)][1] !== "."; // "e. e. cummings"
    }
    if (words.before_openings.has(name) || patterns.initials.whole.test(word)) {
      if (!capital || (word.includes(".") && this.isLower(word))) return false;
      const opening = this.match("word", text, after);
      return opening !== null && words.openings.has(opening[0].toLowerCase());
    }
    return true;
  }

  /** Whether a sentence ends at marks with no space behind: "good.I'd". */
  isGluedEnd(text, part, start, stop) {
    const place = stop.index;
    const mark = stop.groups.marks.at(-1);
    const before = lastOf(text, start, place, 2);
    const last = lastOf(text, start, place, 1);
    if (this.match("cjk", text, stop.end)) {
      return "!?".includes(mark) || this.match("cjk", last, 0) !== null;
    }
    const word = this.match("glued_word", part, stop.end);
    const wordBefore = this.wordBefore(text, start, place);
    if (!word || this.search("link", wordBefore, 0)) return false;
    if ("!?".includes(mark) || this.brackets.includes(last)) return true;
    return (
      this.areAll(before, "letter") &&
      this.isLower(before) &&
      !this.words.file_endings.has(word[1].toLowerCase())
    );
  }

  /** As `str.islower`: a small letter, and none of another kind. */
  isLower(text) {
    const codes = codesOf(text);
    const are = (name) => codes.some((code) => this.characters.is(code, name));
    return are("lower") && !are("upper") && !are("title");
  }

  areAll(text, name) {
    return codesOf(text).every((code) => this.characters.is(code, name));
  }

  /** The span without the white space around it. */
  strip(text, start, end) {
    const isSpace = (n) => this.characters.is(text.charCodeAt(n), "space");
    while (end > start && isSpace(end - 1)) end -= 1;
    while (start < end && isSpace(start)) start += 1;
    return [start, end];
  }

  /** The first place from `start` on where a pattern matches, or null. */
  search(name, text, start) {
    return findMatch(this.patterns[name].search, text, start);
  }

  /** The match of a pattern that begins at `start`, or null. */
  match(name, text, start) {
    return findMatch(this.patterns[name].match, text, start);
  }
}

function findMatch(pattern, text, start) {
  pattern.lastIndex = start;
  const found = pattern.exec(text);
  if (found) found.end = pattern.lastIndex;
  return found;
}

/** At most so many characters before a place; none of them is cut in two. */
function lastOf(text, start, place, number) {
  const units = text.slice(Math.max(start, place - 2 * number), place);
  return [...units].slice(-number).join("");
}

/** At most so many characters from a place on. */
function firstOf(text, place, number) {
  return [...text.slice(place, place + 2 * number)].slice(0, number).join("");
}
