// Prints what the tokenizer in JavaScript makes of texts: a line of JSON for
// each tokenizer, with the ids and spans of each text.
import fs from "node:fs";
import vm from "node:vm";

const [input, ...scripts] = process.argv.slice(2);
const { tokenizers, texts } = JSON.parse(fs.readFileSync(input, "utf-8"));
const code = scripts.map((path) => fs.readFileSync(path, "utf-8"));
code.push("(data) => new TextTokenizer(data)");
const make = vm.runInThisContext(code.join("\n"));
for (const data of tokenizers) {
  const tokenizer = make(data);
  const found = texts.map((text) => tokenizer.encode(text));
  console.log(JSON.stringify(found));
}
