// Texts as elements. All that comes from the data goes in as text.

const STRONG = 0.12; // from this share of the largest on a word has a line

/** An element with attributes and children; strings become text. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** The name of a class, apart from the writing direction around it. */
function nameOf(number) {
  return make("bdi", {}, NAMES[number] === "" ? "(no name)" : NAMES[number]);
}

function namesOf(numbers) {
  if (!numbers.length) return ["no class"];
  return numbers.flatMap((n, i) => (i ? [", ", nameOf(n)] : [nameOf(n)]));
}

/** A text as it stands there before it is seen: without its words. */
function makeArticle(item) {
  const heading = make("h2", { id: `text-${item.index}` });
  if (TEXTS.length > 1) {
    heading.append(make("span", { class: "number" }, `${item.index + 1} `));
  }
  item.predicted.forEach((number, position) => {
    const share = item.probabilities[number] ?? null;
    heading.append(
      position ? ", " : "",
      item.predicted.length > 1 ? makePick(number) : nameOf(number),
      " ",
      make("span", { class: "share" }, percent(share)),
    );
  });
  if (item.threshold !== undefined) {
    heading.append(...describeNoAnswer(item));
  } else if (!item.predicted.length) {
    heading.append("no class");
  }
  const header = make("header", {}, heading);
  if (item.labelled) header.append(...makeVerdict(item));
  header.append(make("span", { class: "note" }));
  const text = make("div", { class: "text" });
  text.append(make("p", { dir: "auto" }, item.text));
  const phrases = make("div", { class: "phrases", role: "group", hidden: "" });
  phrases.setAttribute("aria-label", "Phrases: the arrow keys go through them");
  const article = make("article", {}, header, text, phrases);
  article.setAttribute("aria-labelledby", heading.id);
  article.dataset.index = item.index;
  return article;
}

/** That no answer is given, how probable the best one is, and what it needs. */
function describeNoAnswer(item) {
  const best = classOf(item, null);
  const needs =
    item.threshold === null
      ? ", is never answered"
      : `, needs ${percent(item.threshold)}`;
  const share = percent(item.probabilities[best] ?? null);
  return ["no answer (", nameOf(best), ` ${share}${needs})`];
}

/** A button that chooses one of several predicted classes. */
function makePick(number) {
  const pick = make("button", { type: "button", class: "pick" }, nameOf(number));
  pick.dataset.class = number;
  return pick;
}

function makeVerdict(item) {
  const verdict = item.right ? "\u2713 right" : "\u2717 wrong";
  const style = item.right ? "right" : "wrong";
  const parts = item.answered ? [make("span", { class: style }, verdict)] : [];
  if (!item.right) {
    parts.push(
      make("span", { class: "label" }, "labelled ", ...namesOf(item.labelled)),
    );
  }
  return parts;
}

/** Split the text of an article into its sentences and words, once. */
function addWords(article, item) {
  if (article.dataset.drawn) return;
  article.dataset.drawn = "yes";
  findSpans(item);
  const text = article.querySelector(".text");
  text.setAttribute("role", "group");
  text.setAttribute("aria-label", "Words: the arrow keys go through them");
  text.replaceChildren();
  let next = 0;
  for (const part of partsOf(item)) {
    const paragraph = make("p", { dir: "auto" });
    next = fill(paragraph, item, part, next);
    if (!item.sentences.length) {
      text.append(paragraph);
      continue;
    }
    const bar = make("span", { class: "bar none" });
    if (part.sentence !== null) bar.dataset.sentence = part.sentence;
    text.append(make("div", { class: "sentence" }, bar, paragraph));
  }
  const first = text.querySelector("mark");
  if (first) first.tabIndex = 0;
}

/** The sentences of a text and what lies between; no character is lost. */
function partsOf(item) {
  const parts = [];
  let done = 0;
  const addUnseen = (end) => {
    if (item.text.slice(done, end).trim() || (!parts.length && end > done)) {
      parts.push({ start: done, end, sentence: null });
    } else if (parts.length) {
      parts[parts.length - 1].end = end;
    }
  };
  item.sentences.forEach(([start, end], sentence) => {
    addUnseen(start);
    parts.push({ start, end, sentence });
    done = end;
  });
  addUnseen(item.text.length);
  return parts;
}

/** Put the words from number `next` on into a paragraph. */
function fill(paragraph, item, part, next) {
  let done = part.start;
  while (next < item.spans.length && item.spans[next][0] < part.end) {
    const [start, end] = item.spans[next];
    if (end > start) {
      const mark = make("mark", { tabindex: "-1" });
      mark.textContent = item.text.slice(start, end);
      mark.dataset.word = next;
      paragraph.append(item.text.slice(done, start), mark);
      done = end;
    }
    next += 1;
  }
  paragraph.append(item.text.slice(done, part.end));
  return next;
}

/** Colour the words and the bars by the chosen method and class. */
function paint(article, item, choice) {
  addWords(article, item);
  const { signed } = METHODS[choice.method];
  const words = scoresOf(item, item.wordRows, choice.method, choice.className);
  for (const mark of article.querySelectorAll("mark")) {
    shade(mark, words ? words.values[mark.dataset.word] : null, signed);
  }
  const bars = scoresOf(
    item,
    item.sentenceRows,
    choice.method,
    choice.className,
  );
  for (const bar of article.querySelectorAll("[data-sentence]")) {
    const value = bars ? bars.values[bar.dataset.sentence] : null;
    shade(bar, value, signed);
    bar.classList.toggle("none", !bars);
    bar.textContent = bars ? format(value, bars.highest, signed) : "";
  }
  for (const pick of article.querySelectorAll(".pick")) {
    const chosen = classOf(item, choice.className) === Number(pick.dataset.class);
    pick.setAttribute("aria-pressed", chosen);
  }
  paintPhrases(article, item, choice);
  const note = article.querySelector(".note");
  note.replaceChildren(...noteOn(item, words, choice));
}

function shade(element, value, signed) {
  const share = Math.abs(value ?? 0) / STEPS;
  element.style.setProperty("--a", share.toFixed(3));
  element.classList.toggle("for", signed && value > 0);
  element.classList.toggle("against", signed && value < 0);
  element.classList.toggle("strong", signed && share >= STRONG);
}

/** For signed scores the class, and their sum where it means something. */
function noteOn(item, words, choice) {
  const { name, signed, adds } = METHODS[choice.method];
  if (!item.spans.length) return ["no word was seen"];
  if (!words) return [`no ${name} here`];
  if (!signed) return [];
  const best = classOf(item, choice.className);
  const what = ["for ", nameOf(best)];
  if (!item.predicted.length && choice.className === null) {
    what.push(`, the most probable (${percent(item.probabilities[best] ?? null)})`);
  }
  if (!adds) return what;
  const sum = words.values.reduce((total, value) => total + value, 0);
  return [...what, `: ${format(sum, words.highest, true)} in all`];
}
