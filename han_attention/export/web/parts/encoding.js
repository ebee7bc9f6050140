// Texts as rows of ids: one of the words, or one for each sentence; cut as in
// the training. `TextPreprocessor` of Python does the same.

class Encoder {
  constructor({ tokenizer, splitter, ...limits }) {
    this.tokenizer = new TextTokenizer(tokenizer);
    this.splitter = splitter && new SentenceSplitter(splitter);
    this.limits = limits;
  }

  /**
   * `rows` of `{ids, spans, span}`, the length of the longest (at least 1), and
   * the `words` that can be seen: each with its span, the number of its row
   * and its `place` in the rows end to end, with their padding.
   */
  encode(text) {
    const rows = this.splitter
      ? this.encodeSentences(text)
      : [this.encodeText(text)];
    const steps = rows.reduce((most, { ids }) => Math.max(most, ids.length), 1);
    const words = rows.flatMap(({ spans }, row) =>
      spans.map((span, t) => ({ span, row, place: row * steps + t })),
    );
    // The start token has no characters.
    const seen = words.filter(({ span: [start, end] }) => end > start);
    return { rows, steps, words: seen };
  }

  encodeText(text) {
    return this.cut(this.tokenizer.encode(text), this.limits.max_tokens);
  }

  encodeSentences(text) {
    const { limits } = this;
    const longest = limits.max_sentence_tokens;
    let rows = this.splitter
      .split(text)
      .map((span) => this.encodePart(text, span))
      .filter(({ ids }) => ids.length > (ids[0] === START ? 1 : 0));
    if (limits.long_sentences === "split" && longest !== null) {
      rows = rows.flatMap((row) => divide(row, longest));
    }
    return this.keep(rows, limits.max_sentences).map((row) =>
      this.cut(row, longest),
    );
  }

  encodePart(text, [start, end]) {
    const { ids, spans } = this.tokenizer.encode(text.slice(start, end));
    const moved = spans.map((span) => span.map((place) => place + start));
    return { ids, spans: moved, span: [start, end] };
  }

  cut({ ids, spans, span }, limit) {
    return { ids: this.keep(ids, limit), spans: this.keep(spans, limit), span };
  }

  /** Tokens, or sentences, without what is over a limit. */
  keep(list, limit) {
    if (limit === null || list.length <= limit) return list;
    const heads = { start: limit, end: 0, both: Math.ceil(limit / 2) };
    const head = heads[this.limits.truncation];
    const tail = list.length - (limit - head);
    return [...list.slice(0, head), ...list.slice(tail)];
  }
}

/** A long sentence as several, which share its tokens evenly. */
function divide({ ids, spans, span }, limit) {
  const number = Math.ceil(ids.length / limit);
  const least = Math.floor(ids.length / number);
  const parts = [];
  for (let n = 0, first = 0; n < number; n += 1) {
    const end = first + least + (n < ids.length % number ? 1 : 0);
    parts.push({
      ids: ids.slice(first, end),
      spans: spans.slice(first, end),
      span: [
        n === 0 ? span[0] : spans[first][0],
        n === number - 1 ? span[1] : spans[end - 1][1],
      ],
    });
    first = end;
  }
  return parts;
}
