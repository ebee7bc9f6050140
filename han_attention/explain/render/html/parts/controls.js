// What the reader chose, and the texts that answer to it.

// The last method that tells for from against; the attention, if none does.
const choice = {
  method: Math.max(METHODS.map(({ signed }) => signed).lastIndexOf(true), 0),
  className: null,
};
const articles = TEXTS.map(makeArticle);
const MOST_PRINTED = 100;
const near = new Set(); // the articles in view, or soon to be

const FILTERS = {
  all: { name: "All", test: () => true },
  right: { name: "Right", test: (item) => item.right === true },
  wrong: { name: "Wrong", test: (item) => item.right === false },
  unanswered: { name: "No answer", test: (item) => !item.answered },
  uncertain: {
    name: "Uncertain",
    test: (item) => item.confidence < byId("threshold").value / 100,
  },
};

const length = (item) => item.text.length;
const ORDERS = {
  given: { name: "as given", key: (item) => item.index },
  unsure: { name: "least certain first", key: (item) => item.confidence },
  sure: { name: "most certain first", key: (item) => -item.confidence },
  mistaken: {
    name: "surest mistakes first",
    key: probabilityOfLabel,
    labels: true,
  },
  long: { name: "longest first", key: (item) => -length(item) },
  short: { name: "shortest first", key: length },
};

const labelled = TEXTS.some((item) => item.labelled);
const unanswered = TEXTS.some((item) => !item.answered);
const NEEDS = { right: labelled, wrong: labelled, unanswered };
const offered = Object.keys(FILTERS).filter((key) => NEEDS[key] ?? true);

// ---- Drawing what is seen ----

const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) near.add(target);
      else near.delete(target);
      if (isIntersecting) paintIfOld(target);
    }
    showFound(near, wantedText());
  },
  { rootMargin: "100% 0px" },
);

/** Paint an article unless it already shows what is chosen. */
function paintIfOld(article) {
  const { chosen } = itemOf(article);
  const shown = `${choice.method}/${choice.className}/${chosen}`;
  if (article.dataset.shown === shown) return;
  paint(article, itemOf(article), choice);
  article.dataset.shown = shown;
}

function repaint() {
  hideTip();
  near.forEach(paintIfOld);
  explain(choice);
}

/** Draw what is printed: browsers take minutes for a thousand texts. */
function prepareToPrint() {
  const chosen = [...list.children];
  chosen.forEach((article, place) => {
    article.classList.toggle("unprinted", place >= MOST_PRINTED);
    if (place < MOST_PRINTED) paintIfOld(article);
  });
  const left = chosen.length - MOST_PRINTED;
  if (left <= 0) return;
  byId("rest").textContent = `${count(left, "more text")} not printed.`;
  byId("rest").hidden = false;
  addEventListener("afterprint", () => (byId("rest").hidden = true), {
    once: true,
  });
}

// ---- Choosing texts ----

/** Show the texts that pass the filter and hold what is searched. */
function select() {
  hideTip();
  const { test } = FILTERS[checkedFilter()];
  const { key } = ORDERS[byId("order").value];
  const wanted = wantedText();
  const chosen = TEXTS.filter(
    (item) => test(item) && item.text.toLowerCase().includes(wanted),
  );
  const keys = new Map(chosen.map((item) => [item, key(item)]));
  chosen.sort((a, b) => keys.get(a) - keys.get(b) || a.index - b.index);
  list.replaceChildren(...chosen.map((item) => articles[item.index]));
  byId("count").textContent = `${chosen.length.toLocaleString("en")} of ${count(
    TEXTS.length,
    "text",
  )}`;
  byId("rest").textContent = TEXTS.length
    ? "No text answers to all of this."
    : "There are no texts.";
  byId("rest").hidden = chosen.length > 0;
  showFound(near, wanted);
}

function wantedText() {
  return byId("search").value.trim().toLowerCase();
}

function checkedFilter() {
  return document.querySelector("#filter input:checked")?.value ?? "all";
}

/** The texts on the screen, in their order, as CSV. */
function csvOfScreen() {
  const heading = ["number", "prediction", "probability"];
  if (labelled) heading.push("label", "right");
  const rows = [[...heading, "text"]];
  for (const article of list.children) {
    const item = itemOf(article);
    const named = (numbers) => numbers.map((n) => NAMES[n]).join("|");
    const shares = item.predicted.map((n) => item.probabilities[n] ?? "");
    const row = [item.index + 1, named(item.predicted), shares.join("|")];
    if (labelled) row.push(named(item.labelled ?? []), item.right ?? "");
    rows.push([...row, item.text]);
  }
  return rows.map((row) => row.map(cellOf).join(",")).join("\r\n") + "\r\n";
}

/** A cell of CSV that no spreadsheet runs as a formula. */
function cellOf(value) {
  let text = String(value);
  if (/^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text))) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function saveAsCsv() {
  // With a byte-order mark spreadsheets know that it is UTF-8.
  const blob = new Blob(["\ufeff", csvOfScreen()], { type: "text/csv" });
  const href = URL.createObjectURL(blob);
  make("a", { href, download: "texts.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}

function countFilters() {
  for (const key of offered) {
    const number = TEXTS.filter(FILTERS[key].test).length;
    byId(`number-${key}`).textContent = ` ${number.toLocaleString("en")}`;
  }
}

// ---- Starting ----

function addOptions(id, options) {
  for (const [value, name] of options) {
    byId(id).append(make("option", { value }, name));
  }
}

function addFilters() {
  for (const key of offered) {
    const input = make("input", { type: "radio", name: "filter", value: key });
    input.checked = key === "all";
    const number = make("span", { id: `number-${key}` });
    byId("filter").append(make("label", {}, input, FILTERS[key].name, number));
  }
}

function summarize() {
  const known = TEXTS.filter((item) => item.labelled);
  let summary = count(TEXTS.length, "text");
  if (known.length) {
    const answered = known.filter((item) => item.answered).length;
    const right = known.filter((item) => item.right).length;
    const them = answered < known.length ? `${answered} answered` : "them";
    summary += `, ${right.toLocaleString("en")} of ${them} right`;
    if (answered > 1) summary += ` (${percent(right / answered)})`;
  }
  byId("summary").textContent = summary;
}

function start() {
  const several = TEXTS.length > 1;
  addOptions("method", METHODS.map(({ name }, number) => [number, name]));
  if (METHODS.length) byId("method").value = choice.method;
  addOptions("class", [
    ["", "the predicted one"],
    ...NAMES.slice(0, DATA.classes).map((name, n) => [n, name || "(no name)"]),
  ]);
  addOptions(
    "order",
    Object.entries(ORDERS)
      .filter(([, order]) => labelled || !order.labels)
      .map(([key, { name }]) => [key, name]),
  );
  byId("threshold").value = usualThreshold();
  addFilters();
  for (const field of document.querySelectorAll(".several")) {
    field.hidden = !several;
  }
  byId("method-field").hidden = METHODS.length < 2;
  byId("guide").hidden = !TEXTS.length;
  byId("tools").hidden = !TEXTS.length || (!several && METHODS.length < 2);
  byId("summary").hidden = !several;
  listen();
  summarize();
  countFilters();
  explain(choice);
  select();
  articles.forEach((article) => observer.observe(article));
}

function listen() {
  listenToReader(choice);
  listenToChoice(choice, repaint);
  byId("save").addEventListener("click", saveAsCsv);
  byId("filter").addEventListener("change", select);
  byId("order").addEventListener("change", select);
  byId("search").addEventListener("input", select);
  byId("threshold").addEventListener("input", () => {
    countFilters();
    select();
  });
  addEventListener("beforeprint", prepareToPrint);
}

start();
