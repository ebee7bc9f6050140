// From what the model gives to the scores of words and phrases.

const MOST_CLASSES = 8; // whose scores are kept, the most probable ones
const PHRASES_OF_CLASS = 8;

/** Softmax; of one logit, which is two classes; or of each label alone. */
function probabilitiesOf(logits, severalLabels) {
  if (severalLabels) return logits.map((z) => 1 / (1 + Math.exp(-z)));
  const all = logits.length === 1 ? [0, logits[0]] : logits;
  const highest = all.reduce((a, b) => Math.max(a, b));
  const exponentials = all.map((z) => Math.exp(z - highest));
  const total = exponentials.reduce((a, b) => a + b);
  return exponentials.map((e) => e / total);
}

/** The numbers of the answered classes: one, several, or none at all. */
function decide(probabilities, { multi_label: several, thresholds }) {
  const reaches = (n, least) =>
    least !== null && Math.fround(probabilities[n]) >= Math.fround(least);
  const leastOf = (n) => (thresholds ? thresholds[n] : 0.5);
  if (several) {
    const numbers = [...probabilities.keys()];
    return numbers.filter((n) => reaches(n, leastOf(n)));
  }
  const best = rank(probabilities)[0];
  return !thresholds || reaches(best, leastOf(best)) ? best : [];
}

/** Numbers of scores, that of the largest first. */
function rank(scores) {
  return [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
}

/** For each class a list of scores: two classes can share a logit. */
function splitClasses(values, logits, classes) {
  const steps = values.length / logits;
  const column = (n, sign) =>
    Array.from({ length: steps }, (_, t) => sign * values[t * logits + n]);
  if (logits < classes) return [column(0, -1), column(0, 1)];
  return Array.from({ length: classes }, (_, n) => column(n, 1));
}

/** Attention weights of rows; of several heads the mean. */
function weightsOf({ data, dims }, rows) {
  const steps = dims[dims.length - 1];
  const heads = data.length / steps / rows;
  const weights = [];
  for (let row = 0; row < rows; row += 1) {
    for (let t = 0; t < steps; t += 1) {
      let total = 0;
      for (let head = 0; head < heads; head += 1) {
        total += data[(row * heads + head) * steps + t];
      }
      weights.push(total / heads);
    }
  }
  return weights;
}

/**
 * What each n-gram adds: the row of the table, times what its count weighs,
 * over its count. As `{start, size, added}` with a number for each logit.
 */
function ngramsOf(buckets, values, countWeights) {
  const [sizes, logits] = values.dims.slice(-2);
  const counts = new Map();
  for (const bucket of buckets.data) {
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  const most = countWeights.dims[1];
  const ngrams = [];
  buckets.data.forEach((bucket, place) => {
    const row = values.data.slice(place * logits, (place + 1) * logits);
    if (!row.some((value) => value !== 0)) return;
    const count = counts.get(bucket);
    const weight = countWeights.data[Math.min(count, most) - 1] / count;
    ngrams.push({
      start: Math.floor(place / sizes),
      size: (place % sizes) + 1,
      added: Array.from(row, (value) => value * weight),
    });
  });
  return ngrams;
}

/** Add to each word its share of the n-grams in which it is. */
function shareNgrams(contributions, ngrams, logits) {
  for (const { start, size, added } of ngrams) {
    for (let t = start; t < start + size; t += 1) {
      added.forEach((value, n) => {
        contributions[t * logits + n] += value / size;
      });
    }
  }
}

/** The largest size of a score, and each in thousandths of it. */
function scale(scores) {
  const highest = scores.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const factor = highest ? STEPS / highest : 0;
  return [highest, ...scores.map((score) => Math.round(score * factor))];
}

/** Phrases of several words, of all that stand twice once. */
function groupPhrases(ngrams, words, text) {
  const numbers = new Map(words.map(({ place }, number) => [place, number]));
  const groups = new Map();
  for (const { start, size, added } of ngrams) {
    const inside = [];
    for (let place = start; place < start + size; place += 1) {
      if (numbers.has(place)) inside.push(numbers.get(place));
    }
    if (size < 2 || !inside.length) continue;
    const key = inside
      .map((number) => text.slice(...words[number].span).toLowerCase())
      .join(" ");
    const group = groups.get(key) ?? { places: [], added: added.map(() => 0) };
    group.places.push(inside[0], inside.length);
    group.added = group.added.map((sum, n) => sum + added[n]);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The phrases that speak most for one of some classes, and their scores. */
function choosePhrases(groups, logits, classes, kept) {
  const all = groups.flatMap(({ added }) => added);
  const scores = splitClasses(all, logits, classes);
  const chosen = new Set();
  for (const n of kept) {
    const order = rank(scores[n].map(Math.abs));
    order.slice(0, PHRASES_OF_CLASS).forEach((place) => chosen.add(place));
  }
  const numbers = [...chosen];
  return {
    places: numbers.map((number) => groups[number].places),
    rows: scores.map((of) => scale(numbers.map((number) => of[number]))),
  };
}
