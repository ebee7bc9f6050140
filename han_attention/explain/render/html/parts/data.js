"use strict";

// The data of the page, and what can be said of a text without drawing it.

const DATA = JSON.parse(document.getElementById("data").textContent);
const METHODS = DATA.methods;
const NAMES = DATA.names;
const STEPS = 1000; // a score is a number of thousandths of the largest
const TEXTS = DATA.texts.map(readText);

/** The list of `html_data.py` as an object. */
function readText(parts, index) {
  const [text, , prediction, label, probabilities, words, , sentences] = parts;
  const [phrases = [], phraseRows = []] = parts.slice(8);
  const item = { index, text, prediction, label, probabilities };
  item.wordRows = words;
  item.sentenceRows = sentences;
  item.phrases = phrases;
  item.phraseRows = phraseRows;
  item.spans = null; // found when the text is drawn
  item.parts = parts;
  item.several = Array.isArray(prediction);
  item.threshold = DATA.needs?.[index]; // null: never answered
  item.predicted = prediction === null ? [] : listOf(prediction);
  item.labelled = label === null ? null : listOf(label);
  item.answered = prediction !== null;
  item.right = null; // without a label, or an answer
  if (item.labelled && item.answered) {
    item.right = sameSet(item.predicted, item.labelled);
  }
  item.confidence = confidenceOf(item);
  item.chosen = null; // one of its predicted classes, by the reader
  return item;
}

function listOf(classes) {
  return Array.isArray(classes) ? classes : [classes];
}

function sameSet(one, other) {
  const set = new Set(one);
  return set.size === new Set(other).size && other.every((n) => set.has(n));
}

/** Where the words and the sentences begin and end. */
function findSpans(item) {
  if (item.spans === null) {
    item.spans = addUp(item.parts[1]);
    item.sentences = addUp(item.parts[6]);
  }
}

function addUp(steps) {
  const spans = [];
  let end = 0;
  for (let n = 0; n < steps.length; n += 2) {
    const start = end + steps[n];
    end = start + steps[n + 1];
    spans.push([start, end]);
  }
  return spans;
}

/**
 * The highest probability; where there can be several classes, how sure the
 * least sure yes or no is.
 */
function confidenceOf(item) {
  const known = item.probabilities.filter((p) => p !== null);
  if (!known.length) return 1;
  if (!item.several) return Math.max(...known);
  return Math.min(...known.map((p) => Math.max(p, 1 - p)));
}

/** How probable the model took what the label says; 2 without a label. */
function probabilityOfLabel(item) {
  if (!item.labelled) return 2;
  if (!item.several) return item.probabilities[item.labelled[0]] ?? 0;
  const truth = new Set(item.labelled);
  return Math.min(
    ...item.probabilities.map((p, n) => (truth.has(n) ? p : 1 - p)),
  );
}

/**
 * The class chosen for the text, or for all; else the most probable one of
 * the predicted, or of all where none is.
 */
function classOf(item, className) {
  const chosen = item.chosen ?? className;
  if (chosen !== null) return chosen;
  const candidates = item.predicted.length
    ? item.predicted
    : item.probabilities.map((_, n) => n);
  const share = (n) => item.probabilities[n] ?? -1;
  return candidates.reduce((a, b) => (share(b) > share(a) ? b : a), candidates[0] ?? 0);
}

/**
 * From which confidence on, in percent, a text is not uncertain: a fifth of
 * the way from what chance gives, one of so many classes, to certainty.
 */
function usualThreshold() {
  const several = TEXTS.some((item) => item.several);
  const chance = 1 / Math.max(several ? 2 : DATA.classes, 2);
  return Math.round(100 * (chance + 0.2 * (1 - chance)));
}

/**
 * The scores of a method for a class as `{highest, values}`, the values in
 * thousandths of the highest; null if the text has none.
 */
function scoresOf(item, rowsOfMethods, method, className) {
  const rows = rowsOfMethods[method];
  if (!rows) return null;
  const row = rows[METHODS[method].signed ? classOf(item, className) : 0];
  return row ? { highest: row[0], values: row.slice(1) } : null;
}

/** A score in figures: as many as thousandths of the highest need. */
function format(value, highest, signed, figuresOfHighest = 3) {
  if (value === null) return "not a number";
  const score = (value * highest) / STEPS;
  const size = highest ? Math.floor(Math.log10(highest)) : 0;
  const digits = figuresOfHighest - 1 - size;
  const figures = Math.abs(score).toFixed(
    Math.min(Math.max(digits, 1), 9),
  );
  if (score < 0 && Number(figures)) return `\u2212${figures}`;
  return signed && Number(figures) ? `+${figures}` : figures;
}

function percent(share) {
  return share === null ? "?" : `${(100 * share).toFixed(1)}\u00a0%`;
}

function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
