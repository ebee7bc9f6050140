// The model, run by onnxruntime-web on one thread.

/** What stands packed in a script element that does not run. */
async function unpack(id) {
  const element = document.getElementById(id);
  const packed = Uint8Array.from(atob(element.textContent), (letter) =>
    letter.charCodeAt(0),
  );
  element.remove();
  const stream = new Blob([packed])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const UNIT = { characters: "character", subwords: "piece" }[DATA.tokenizer.pattern] ?? "word";

async function loadModel() {
  const script = new Blob([await unpack("runtime")], {
    type: "text/javascript",
  });
  const address = URL.createObjectURL(script);
  const ort = await import(address);
  URL.revokeObjectURL(address);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = await unpack("program");
  const session = await ort.InferenceSession.create(await unpack("model"), {
    executionProviders: ["wasm"],
  });
  return new TextModel(ort, session);
}

class TextModel {
  constructor(ort, session) {
    this.ort = ort;
    this.session = session;
    this.tokenizer = new TextTokenizer(DATA.tokenizer);
  }

  /** Ids and spans as the model gets them: cut as in the training. */
  encode(text) {
    const { ids, spans } = this.tokenizer.encode(text);
    const kept = keepWithin(ids.length, DATA.max_tokens, DATA.truncation);
    return {
      ids: ids.filter((_, n) => kept(n)),
      spans: spans.filter((_, n) => kept(n)),
    };
  }

  /** The outputs of the graph, by name. */
  async run(ids) {
    const row = Int32Array.from(ids.length ? ids : [0]);
    const tensor = new this.ort.Tensor("int32", row, [1, row.length]);
    return this.session.run({ ids: tensor }, DATA.outputs);
  }

  /** What the page draws of a text: the list that `readText` takes. */
  async explain(text) {
    const { ids, spans } = this.encode(text);
    if (ids.length > DATA.most_tokens) {
      throw new RangeError(
        `${count(ids.length, UNIT)} are too many: at most ` +
          `${DATA.most_tokens.toLocaleString("en")} are read at once.`,
      );
    }
    const outputs = await this.run(ids);
    const logits = Array.from(outputs.logits.data);
    const probabilities = probabilitiesOf(logits, DATA.multi_label);
    const words = spans
      .map((span, t) => ({ span, t }))
      .filter(({ span: [start, end] }) => end > start);
    const kept = rank(probabilities).slice(0, MOST_CLASSES);
    const { rows, phrases } = rowsOf(outputs, words, text, kept);
    return {
      seen: words.length,
      unknown: ids.filter((id) => id === UNKNOWN).length,
      parts: [
        text,
        stepsOf(words.map(({ span }) => span)),
        decide(probabilities, DATA),
        null,
        probabilities,
        rows,
        [],
        [],
        ...phrases,
      ],
    };
  }
}

/** Which of some tokens stay when a text is cut. */
function keepWithin(length, limit, truncation) {
  if (limit === null || length <= limit) return () => true;
  const head = { start: limit, end: 0, both: Math.ceil(limit / 2) }[truncation];
  return (place) => place < head || place >= length - (limit - head);
}

/** Scores of the words by method and class, and the phrases, if any. */
function rowsOf(outputs, words, text, kept) {
  const logits = outputs.logits.data.length;
  let ngrams = [];
  const rows = DATA.reads.map((name) => {
    if (name === "word_weights") {
      const weights = weightsOf(outputs.word_weights);
      return [scale(words.map(({ t }) => weights[t]))];
    }
    const added = Array.from(outputs.contributions.data);
    if (outputs.ngram_values) {
      ngrams = ngramsOf(
        outputs.ngram_buckets,
        outputs.ngram_values,
        outputs.ngram_count_weights,
      );
      shareNgrams(added, ngrams, logits);
    }
    return splitClasses(added, logits, DATA.classes).map((scores, number) =>
      kept.includes(number) ? scale(words.map(({ t }) => scores[t])) : null,
    );
  });
  const groups = groupPhrases(ngrams, words, text);
  if (!groups.length) return { rows, phrases: [] };
  const chosen = choosePhrases(groups, logits, DATA.classes, kept);
  const byMethod = DATA.reads.map((name) =>
    name === "contributions" ? chosen.rows : null,
  );
  return { rows, phrases: [chosen.places, byMethod] };
}

/** How far each span is from the end of the last, and how long it is. */
function stepsOf(spans) {
  let done = 0;
  return spans.flatMap(([start, end]) => {
    const first = Math.max(start, done);
    const last = Math.max(first, end);
    const steps = [first - done, last - first];
    done = last;
    return steps;
  });
}
