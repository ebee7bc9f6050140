// The phrases that speak most: what n-grams of words add to the logit.

const MOST_PHRASES = 8;

/** Draw them by the chosen method and class; most methods know of none. */
function paintPhrases(article, item, choice) {
  const list = article.querySelector(".phrases");
  const scores = scoresOf(
    item,
    item.phraseRows,
    choice.method,
    choice.className,
  );
  list.hidden = !scores;
  if (!scores) return;
  const { values } = scores;
  const order = values
    .map((_, number) => number)
    .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]));
  const phrases = order
    .filter((number) => values[number])
    .slice(0, MOST_PHRASES)
    .map((number) => makePhrase(item, number, scores));
  list.hidden = !phrases.length;
  list.replaceChildren(make("span", {}, "Phrases"), ...phrases);
  if (phrases.length) phrases[0].tabIndex = 0;
}

/** A button that shows where the phrase stands. */
function makePhrase(item, number, { highest, values }) {
  const places = placesOf(item, number);
  const [first] = places;
  const start = item.spans[first.start][0];
  const end = item.spans[first.end - 1][1];
  const words = item.text.slice(start, end).replace(/\s+/g, " ");
  const times = places.length > 1 ? ` \u00d7${places.length}` : "";
  const button = make(
    "button",
    { type: "button", class: "phrase", tabindex: "-1" },
    make("bdi", {}, words),
    times,
    " ",
    make("span", { class: "share" }, format(values[number], highest, true)),
  );
  button.dataset.phrase = number;
  shade(button, values[number], true);
  return button;
}

/** Where a phrase stands each time, as numbers of its words. */
function placesOf(item, number) {
  const steps = item.phrases[number];
  const places = [];
  for (let n = 0; n < steps.length; n += 2) {
    places.push({ start: steps[n], end: steps[n] + steps[n + 1] });
  }
  return places;
}

/** Mark the words of a phrase; of none without one. */
function holdPhrase(article, button) {
  for (const mark of article.querySelectorAll("mark.held")) {
    mark.classList.remove("held");
  }
  if (!button) return;
  const places = placesOf(itemOf(button), Number(button.dataset.phrase));
  for (const mark of article.querySelectorAll("mark")) {
    const word = Number(mark.dataset.word);
    const within = ({ start, end }) => word >= start && word < end;
    mark.classList.toggle("held", places.some(within));
  }
}

function listenToPhrases() {
  const onPhrase = (held) => (event) => {
    const button = event.target.closest(".phrase");
    if (button) holdPhrase(button.closest("article"), held ? button : null);
  };
  for (const name of ["pointerover", "focusin", "click"]) {
    list.addEventListener(name, onPhrase(true));
  }
  for (const name of ["pointerout", "focusout"]) {
    list.addEventListener(name, onPhrase(false));
  }
}
