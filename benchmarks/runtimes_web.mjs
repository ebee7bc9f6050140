// What `runtimes.py` measures of a runtime, in Node: onnxruntime-web.
import fs from "node:fs";
import path from "node:path";

const [web, folder] = process.argv.slice(2);
const ort = await import(path.join(web, "dist", "ort.wasm.min.mjs"));
ort.env.wasm.numThreads = 1;
const found = { differences: {} };
for (const kind of fs.readdirSync(folder)) {
  const file = path.join(folder, kind, "model.onnx");
  const session = await ort.InferenceSession.create(fs.readFileSync(file));
  const text = fs.readFileSync(path.join(folder, kind, "web.json"), "utf-8");
  const batches = JSON.parse(text);
  let largest = 0;
  let texts = 0;
  const start = performance.now();
  for (const { ids, shape, logits } of batches) {
    const input = new ort.Tensor("int32", Int32Array.from(ids), shape);
    const output = (await session.run({ ids: input }, ["logits"])).logits;
    texts += shape[0];
    output.data.forEach((value, n) => {
      largest = Math.max(largest, Math.abs(value - logits[n]));
    });
  }
  found.differences[kind] = largest;
  if (kind === "flat") {
    found.rate = (texts * 1000) / (performance.now() - start);
    found.megabytes = fs.statSync(file).size / 1e6;
  }
}
found.memory = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify(found));
