// Prints what JavaScript makes of texts: a line of JSON for each encoder, with
// the rows of each text: their ids, the spans of these, and of a sentence its
// own.
import fs from "node:fs";
import vm from "node:vm";

const [input, ...scripts] = process.argv.slice(2);
const { encoders, texts } = JSON.parse(fs.readFileSync(input, "utf-8"));
const code = scripts.map((path) => fs.readFileSync(path, "utf-8"));
code.push("(data) => new Encoder(data)");
const make = vm.runInThisContext(code.join("\n"));
for (const data of encoders) {
  const encoder = make(data);
  const found = texts.map((text) => encoder.encode(text).rows);
  console.log(JSON.stringify(found));
}
