// What each method says of the words, and of the sentences of a document.

/**
 * Of one text: `words` and `sentences`, scores by method and class, and the
 * `phrases`, if there are any.
 */
function scoresOfAll(outputs, encoded, text, kept) {
  const reading = readOutputs(outputs, encoded);
  const found = DATA.reads.map((name) => SCORES[name](reading, encoded, kept));
  const groups = groupPhrases(reading.ngrams, encoded.words, text);
  const scores = {
    words: found.map(({ words }) => words),
    sentences: found.map(({ sentences }) => sentences),
    phrases: [],
  };
  if (groups.length) {
    const chosen = choosePhrases(groups, reading.logits, DATA.classes, kept);
    const byMethod = DATA.reads.map((name) =>
      name === "contribution" ? chosen.rows : null,
    );
    scores.phrases = [chosen.places, byMethod];
  }
  return scores;
}

/** Weights, contributions and n-grams by the places of the words. */
function readOutputs(outputs, { rows, steps }) {
  const logits = outputs.logits.data.length;
  const reading = { logits, ngrams: [] };
  if (outputs.word_weights) {
    reading.weights = weightsOf(outputs.word_weights, Math.max(rows.length, 1));
  }
  if (outputs.sentence_weights) {
    reading.ofSentences = weightsOf(outputs.sentence_weights, 1);
  }
  if (!outputs.contributions) return reading;
  const { data } = outputs.contributions;
  // What a sentence adds is divided among its words by their weights in it.
  reading.added = reading.ofSentences
    ? reading.weights.flatMap((weight, place) => {
        const first = Math.floor(place / steps) * logits;
        return Array.from(data.slice(first, first + logits), (x) => weight * x);
      })
    : Array.from(data);
  if (outputs.ngram_values) {
    reading.ngrams = ngramsOf(
      outputs.ngram_buckets,
      outputs.ngram_values,
      outputs.ngram_count_weights,
    );
    shareNgrams(reading.added, reading.ngrams, logits);
  }
  return reading;
}

const SCORES = {
  attention({ weights, ofSentences }, { words }) {
    const whole = ({ place, row }) =>
      weights[place] * (ofSentences ? ofSentences[row] : 1);
    return {
      words: [scale(words.map(whole))],
      sentences: [scale(ofSentences ?? [])],
    };
  },

  weight_in_sentence({ weights, ofSentences }, { words }) {
    return {
      words: [scale(words.map(({ place }) => weights[place]))],
      sentences: [scale(ofSentences)],
    };
  },

  contribution({ added, logits }, { rows, words }, kept) {
    const found = { words: [], sentences: [] };
    splitClasses(added, logits, DATA.classes).forEach((values, number) => {
      const totals = rows.map(() => 0);
      const ofWords = words.map(({ place, row }) => {
        totals[row] += values[place];
        return values[place];
      });
      const isKept = kept.includes(number);
      found.words.push(isKept ? scale(ofWords) : null);
      found.sentences.push(isKept ? scale(totals) : null);
    });
    return found;
  },
};
