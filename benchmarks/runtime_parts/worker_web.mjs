// What `worker.py` does of a runtime, in Node: onnxruntime-web.
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";

const [web, folder] = process.argv.slice(2);
const ort = await import(path.join(web, "dist", "ort.wasm.min.mjs"));
ort.env.wasm.numThreads = 1;
const answer = (found) => console.log(JSON.stringify(found));

async function read(kind) {
  const file = path.join(folder, kind, "model.onnx");
  const session = await ort.InferenceSession.create(fs.readFileSync(file));
  const text = fs.readFileSync(path.join(folder, kind, "web.json"), "utf-8");
  const batches = JSON.parse(text).map(({ ids, shape, logits }) => ({
    input: new ort.Tensor("int32", Int32Array.from(ids), shape),
    texts: shape[0],
    logits,
  }));
  const run = async ({ input }) =>
    (await session.run({ ids: input }, ["logits"])).logits.data;
  return { batches, run, bytes: fs.statSync(file).size };
}

const differences = {};
for (const kind of fs.readdirSync(folder)) {
  const { batches, run } = await read(kind);
  differences[kind] = 0;
  for (const batch of batches) {
    (await run(batch)).forEach((value, n) => {
      const difference = Math.abs(value - batch.logits[n]);
      differences[kind] = Math.max(differences[kind], difference);
    });
  }
}
const { batches, run, bytes } = await read("flat");
answer({ differences, megabytes: bytes / 1e6 });
for await (const _ of readline.createInterface({ input: process.stdin })) {
  const start = performance.now();
  let texts = 0;
  for (const batch of batches) {
    await run(batch);
    texts += batch.texts;
  }
  answer({ seconds: (performance.now() - start) / 1000 / texts });
}
answer({ memory: process.resourceUsage().maxRSS / 1024 });
