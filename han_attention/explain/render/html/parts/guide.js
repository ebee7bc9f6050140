// How the words are coloured, in words.

const byId = (id) => document.getElementById(id);

/** What the chosen method means, and how its colours are to be read. */
function explain(choice) {
  if (!METHODS.length) return;
  const { signed, help } = METHODS[choice.method];
  byId("help").textContent = help;
  byId("lead").replaceChildren(...leadOf(signed, choice));
  byId("class-field").hidden = !signed || DATA.classes < 2;
  const legend = byId("legend");
  if (signed) {
    const sample = (style, word) => {
      const mark = make("mark", { class: `${style} strong` }, word);
      mark.style.setProperty("--a", "0.8");
      return mark;
    };
    legend.replaceChildren(
      sample("for", "for the class"),
      sample("against", "against it"),
    );
  } else {
    const scale = make("span", {}, "none ", make("span", { class: "scale" }));
    scale.append(" largest in the text");
    legend.replaceChildren(scale);
  }
  legend.append(make("span", {}, "grey: not seen by the model"));
}

/** What the colours say, in one sentence for whoever wants no more. */
function leadOf(signed, choice) {
  if (!signed) return ["The stronger the green, the more the model looked there."];
  const { className } = choice;
  const said =
    className === null
      ? ["the class above each text"]
      : [nameOf(className)];
  return ["Blue words speak for ", ...said, ", orange words against it."];
}
