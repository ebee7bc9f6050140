// What is typed, classified and drawn.

const MOST_CHARACTERS = 1_000_000;
const PAUSE = 150; // milliseconds after the last key

const choice = {
  method: Math.max(METHODS.map(({ signed }) => signed).lastIndexOf(true), 0),
  className: null,
};
const typed = byId("typed");
let model = null;
let wanted = null; // the text that is to be read next
let reading = false;

/** Read what was typed last; what was typed before it is left out. */
async function classify(text) {
  wanted = text;
  if (reading) return;
  reading = true;
  while (wanted !== null) {
    const next = wanted;
    wanted = null;
    try {
      await show(next);
    } catch (error) {
      clear();
      say(messageOf(error));
    }
  }
  reading = false;
}

async function show(text) {
  if (!text.trim()) {
    clear();
    say("");
    return;
  }
  if (text.length > MOST_CHARACTERS) {
    throw new RangeError(
      `The text is too long: at most ${count(MOST_CHARACTERS, "character")} ` +
        "are read.",
    );
  }
  const start = performance.now();
  const found = await model.explain(text);
  const time = performance.now() - start;
  TEXTS[0] = readText(found.parts, 0);
  repaint();
  drawShares(TEXTS[0]);
  byId("result").hidden = false;
  say(summaryOf(found, time));
}

/** Draw the text anew: every word may be another one. */
function repaint() {
  hideTip();
  explain(choice);
  if (!TEXTS.length) return;
  const article = makeArticle(TEXTS[0]);
  list.replaceChildren(article);
  paint(article, TEXTS[0], choice);
}

function clear() {
  hideTip();
  TEXTS.length = 0;
  list.replaceChildren();
  byId("result").hidden = true;
}

/** The probabilities of the classes, the largest first. */
function drawShares({ probabilities }) {
  const order = rank(probabilities).slice(0, MOST_CLASSES);
  const rows = order.map((n) => {
    const bar = make("span", { class: "share-bar" });
    bar.style.setProperty("--a", probabilities[n].toFixed(4));
    return make(
      "li",
      {},
      nameOf(n),
      bar,
      make("span", { class: "share" }, percent(probabilities[n])),
    );
  });
  byId("shares").replaceChildren(...rows);
}

/** What was read, for whoever hears the page too. */
function summaryOf({ sentences, seen, unknown }, time) {
  const item = TEXTS[0];
  const names = item.predicted.map((n) => NAMES[n]).join(", ") || "no class";
  const within = sentences === null ? "" : `${count(sentences, "sentence")}, `;
  const read = within + count(seen, UNIT);
  const without = unknown
    ? `, ${unknown.toLocaleString("en")} of them unknown to the model`
    : "";
  return `${names}. ${read}${without}, in ${Math.max(time, 1).toFixed(0)} ms`;
}

function messageOf(error) {
  if (error instanceof RangeError) return error.message;
  return `The model cannot be run in this browser: ${error?.message ?? error}`;
}

function say(message) {
  byId("status").textContent = message;
}

function addOptions(id, options) {
  for (const [value, name] of options) {
    byId(id).append(make("option", { value }, name));
  }
}

function listen() {
  listenToReader(choice);
  let timer = null;
  typed.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => classify(typed.value), PAUSE);
  });
  listenToChoice(choice, repaint);
}

async function start() {
  addOptions("method", METHODS.map(({ name }, number) => [number, name]));
  addOptions("class", [
    ["", "the predicted one"],
    ...NAMES.map((name, n) => [n, name || "(no name)"]),
  ]);
  byId("method").value = choice.method;
  byId("method-field").hidden = METHODS.length < 2;
  byId("tools").hidden = METHODS.length === 0;
  byId("guide").hidden = METHODS.length === 0;
  explain(choice);
  listen();
  try {
    model = await loadModel();
  } catch (error) {
    say(messageOf(error));
    return;
  }
  typed.disabled = false;
  say("");
  await classify(typed.value); // browsers keep what was typed before
  document.documentElement.dataset.ready = "yes";
}

start();
