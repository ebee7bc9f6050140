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
    this.encoder = new Encoder(DATA);
  }

  /** The outputs of the graph, by name. */
  async run({ rows, steps }) {
    const size = Math.max(rows.length, 1);
    const ids = new Int32Array(size * steps);
    rows.forEach((row, n) => ids.set(row.ids, n * steps));
    const shape = DATA.splitter ? [1, size, steps] : [1, steps];
    const tensor = new this.ort.Tensor("int32", ids, shape);
    return this.session.run({ ids: tensor }, DATA.outputs);
  }

  /** What the page draws of a text: the list that `readText` takes. */
  async explain(text) {
    const encoded = this.encoder.encode(text);
    const { rows, steps, words } = encoded;
    const size = rows.length * steps;
    if (size > DATA.most_tokens) {
      const padding = DATA.splitter ? ", padding included," : "";
      throw new RangeError(
        `${count(size, UNIT)}${padding} are too many: at most ` +
          `${DATA.most_tokens.toLocaleString("en")} are read at once.`,
      );
    }
    const outputs = await this.run(encoded);
    const logits = Array.from(outputs.logits.data);
    const probabilities = probabilitiesOf(logits, DATA.multi_label);
    const kept = rank(probabilities).slice(0, MOST_CLASSES);
    const scores = scoresOfAll(outputs, encoded, text, kept);
    const ids = rows.flatMap((row) => row.ids);
    return {
      seen: words.length,
      sentences: DATA.splitter ? rows.length : null,
      unknown: ids.filter((id) => id === UNKNOWN).length,
      parts: [
        text,
        stepsOf(words.map(({ span }) => span)),
        decide(probabilities, DATA),
        null,
        probabilities,
        scores.words,
        DATA.splitter ? stepsOf(rows.map(({ span }) => span)) : [],
        DATA.splitter && rows.length ? scores.sentences : [],
        ...scores.phrases,
      ],
    };
  }
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
