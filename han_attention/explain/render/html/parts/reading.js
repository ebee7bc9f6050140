// The values of a word, where the pointer rests and where the focus is.

const tip = document.getElementById("tip");
const list = document.getElementById("texts");
const READ = "mark, .phrase"; // what the focus goes through

function itemOf(element) {
  return TEXTS[element.closest("article").dataset.index];
}

/** Show what each method says of a word. */
function showTip(mark, choice) {
  const item = itemOf(mark);
  const word = Number(mark.dataset.word);
  const table = make("table");
  METHODS.forEach(({ name, signed }, method) => {
    const scores = scoresOf(item, item.wordRows, method, choice.className);
    if (!scores) return;
    const what = make("td", {}, name);
    if (signed) what.append(" for ", nameOf(classOf(item, choice.className)));
    const value = format(scores.values[word], scores.highest, signed);
    const row = make("tr", {}, what, make("td", {}, value));
    row.classList.toggle("chosen", method === choice.method);
    table.append(row);
  });
  tip.replaceChildren(make("bdi", {}, mark.textContent), table);
  tip.hidden = false;
  mark.setAttribute("aria-describedby", "tip");
  placeTip(mark.getClientRects()[0]);
}

/** Above the word, or below it if there is no room. */
function placeTip(box) {
  if (!box) return;
  const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
  const left = box.left + box.width / 2 - tip.offsetWidth / 2;
  const above = box.top - tip.offsetHeight - 8;
  const top = above > 4 ? above : box.bottom + 8;
  tip.style.setProperty("--x", `${Math.max(8, Math.min(left, room))}px`);
  tip.style.setProperty("--y", `${top}px`);
}

function hideTip() {
  tip.hidden = true;
  for (const mark of list.querySelectorAll("[aria-describedby]")) {
    mark.removeAttribute("aria-describedby");
  }
}

/** The words or phrases among which the arrow keys move the focus. */
function neighboursOf(mark) {
  return [...mark.closest("[role=group]").querySelectorAll(READ)];
}

/** The one on which a key puts the focus; undefined for other keys. */
function wordAfterKey(key, mark) {
  const marks = neighboursOf(mark);
  const place = marks.indexOf(mark);
  const fromTheRight = getComputedStyle(mark).direction === "rtl";
  const step = fromTheRight ? -1 : 1;
  switch (key) {
    case "ArrowRight":
      return marks[place + step] ?? mark;
    case "ArrowLeft":
      return marks[place - step] ?? mark;
    case "Home":
      return marks[0];
    case "End":
      return marks[marks.length - 1];
    default:
      return undefined;
  }
}

/** One of the neighbours is a tab stop: the last one that had the focus. */
function moveTabStop(mark) {
  for (const stop of neighboursOf(mark)) stop.tabIndex = -1;
  mark.tabIndex = 0;
}

/** Where a string stands in a paragraph, whatever the case of its letters. */
function rangesIn(paragraph, wanted) {
  const text = paragraph.textContent.toLowerCase();
  if (text.length !== paragraph.textContent.length) return [];
  const nodes = [];
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  for (let end = 0; walker.nextNode(); ) {
    end += walker.currentNode.length;
    nodes.push({ node: walker.currentNode, end });
  }
  const pointAt = (place) => {
    const { node, end } = nodes.find((item) => item.end >= place);
    return [node, place - (end - node.length)];
  };
  const ranges = [];
  let place = text.indexOf(wanted);
  for (; place >= 0; place = text.indexOf(wanted, place + wanted.length)) {
    const range = new Range();
    range.setStart(...pointAt(place));
    range.setEnd(...pointAt(place + wanted.length));
    ranges.push(range);
  }
  return ranges;
}

/** Mark what is searched, where the browser can do so. */
function showFound(seen, wanted) {
  if (!globalThis.Highlight) return;
  CSS.highlights.delete("found");
  if (!wanted) return;
  const paragraphs = [...seen].flatMap((article) => [
    ...article.querySelectorAll(".text p"),
  ]);
  const ranges = paragraphs.flatMap((p) => rangesIn(p, wanted));
  CSS.highlights.set("found", new Highlight(...ranges));
}

function listenToReader(choice) {
  const on = (selector) => (act) => (event) => {
    const mark = event.target.closest(selector);
    if (mark) act(mark, event);
  };
  const onWord = on("mark");
  const onRead = on(READ);
  list.addEventListener(
    "pointerover",
    onWord((mark) => showTip(mark, choice)),
  );
  list.addEventListener("pointerout", onWord(hideTip));
  list.addEventListener(
    "focusin",
    onRead((mark) => {
      moveTabStop(mark);
      hideTip();
      if (mark.matches("mark")) showTip(mark, choice);
    }),
  );
  list.addEventListener("focusout", onWord(hideTip));
  list.addEventListener(
    "keydown",
    onRead((mark, event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const next = wordAfterKey(event.key, mark);
      if (!next) return;
      event.preventDefault();
      next.focus();
    }),
  );
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hideTip();
  });
  document.addEventListener("scroll", hideTip, { passive: true });
  listenToPhrases();
}

/** Another method, another class, or another one of a text: paint anew. */
function listenToChoice(choice, repaint) {
  document.getElementById("method").addEventListener("change", (event) => {
    choice.method = Number(event.target.value);
    repaint();
  });
  document.getElementById("class").addEventListener("change", (event) => {
    const { value } = event.target;
    choice.className = value === "" ? null : Number(value);
    for (const item of TEXTS) item.chosen = null;
    repaint();
  });
  list.addEventListener("click", ({ target }) => {
    const pick = target.closest(".pick");
    if (!pick) return;
    itemOf(pick).chosen = Number(pick.dataset.class);
    repaint();
  });
}
