/* The sheet of one model: all that is known of it. */

import { byId, fields, figure, grouped, importedFrom, measures } from "./data.js";
import { button, hubLink, link, make } from "./dom.js";
import { howKnown, sourcesOf } from "./known.js";
import { mark, tags } from "./marks.js";
import { fieldName, modelLink, shown } from "./values.js";

/** @import { Field, Model } from "./data.js" */

const AT_HEAD = new Set(["id", "name", "description", "sources"]);

/**
 * What the buttons of a sheet do.
 * @typedef {object} Deeds
 * @property {() => void} close
 * @property {() => boolean} explain show or hide what fields mean; gives whether they are shown
 * @property {boolean} explained
 * @property {(text: string) => void} say
 */

/**
 * The content of the sheet.
 * @param {Model} model
 * @param {Deeds} deeds
 * @returns {HTMLElement[]}
 */
export function sheetOf(model, { close, explain, explained, say }) {
  const meanings = button("Explain the fields", "quiet explain", () =>
    meanings.setAttribute("aria-pressed", String(explain())),
  );
  meanings.setAttribute("aria-pressed", String(explained));
  const heading = make("h2", { id: "page_heading", tabindex: "-1" }, model.id);
  return [
    make("div", { class: "head" }, heading, button("Close", "quiet", close)),
    make(
      "p",
      { class: "kind" },
      mark(model.type),
      make("code", {}, model.type.className),
      ...tags(model),
    ),
    make(
      "p",
      { class: "about" },
      make("strong", {}, model.get("name")),
      `, by ${model.get("organization")}. `,
      model.get("description"),
    ),
    ...successor(model),
    importLine(model, say),
    make(
      "p",
      { class: "out" },
      model.repository === undefined
        ? `Served by ${model.served}`
        : hubLink(model.repository, "Open on the Hub", model.get("revision")),
    ),
    summary(model),
    meanings,
    ...sections(model),
    ...sources(model),
  ];
}

/** @param {Model} model */
function successor(model) {
  const next = byId.get(model.get("superseded_by") ?? "");
  return next ? [make("p", { class: "notice" }, "Superseded by ", modelLink(next.id), ".")] : [];
}

/**
 * @param {Model} model
 * @param {(text: string) => void} say
 */
function importLine(model, say) {
  const line = importedFrom ? `from ${importedFrom} import ${model.constant}` : model.constant;
  const code = make("code", {}, line);
  const copy = button("Copy", "copy", async () => {
    try {
      await navigator.clipboard.writeText(line);
      say(`Copied: ${line}`);
      copy.textContent = "Copied";
      setTimeout(() => (copy.textContent = "Copy"), 2000);
    } catch {
      getSelection()?.selectAllChildren(code);
      say("The browser does not let the page copy; the line is selected.");
    }
  });
  return make("div", { class: "import" }, code, copy);
}

/** @param {Model} model */
function summary(model) {
  const figures = [...measures.values()].map(({ key, label }) => [
    label,
    figure(model.figures[key]),
  ]);
  const known = [
    ["Parameters", model.get("parameters")],
    ["Dimensions", grouped(model.dim)],
    ["Context", grouped(model.context)],
    ...figures,
  ].flatMap(([term = "", text]) =>
    text ? [make("div", {}, make("dt", {}, term), make("dd", {}, text))] : [],
  );
  return make("dl", { class: "summary" }, ...known);
}

/** @param {Model} model */
function sections(model) {
  const known = fields.filter(({ name }) => !AT_HEAD.has(name) && model.fact(name) !== undefined);
  return [...Map.groupBy(known, (field) => field.section)].map(([title, together]) => {
    const alone = together.length === 1 && together[0]?.name === title.toLowerCase();
    return make(
      "section",
      {},
      make("h3", {}, title),
      make(
        "dl",
        { class: alone ? "facts alone" : "facts" },
        ...together.map((field) => fact(field, model)),
      ),
    );
  });
}

/**
 * @param {Field} field
 * @param {Model} model
 */
function fact(field, model) {
  const value = shown(field.name, model.fact(field.name), model);
  const given = sourcesOf(field, model);
  const names = given.map(({ name }) => name).join("; ") || "not named";
  return make(
    "div",
    {},
    make("dt", {}, fieldName(field.name)),
    make("dd", {}, value, ...howKnown(given), ...given.map(note)),
    make("dd", { class: "meaning" }, field.description, make("br"), `Source: ${names}.`),
  );
}

/**
 * The number of a source beside what it gave.
 * @param {{ name: string, number: number }} source
 */
function note({ name, number }) {
  const spoken = make("span", { class: "hidden" }, ", source ");
  return make("sup", { class: "note", title: name }, spoken, String(number));
}

/** @param {Model} model */
function sources(model) {
  const names = model.get("sources") ?? [];
  if (!names.length) return [];
  const list = make("ol", {}, ...names.map((name) => make("li", {}, link(name))));
  return [make("section", {}, make("h3", {}, "Sources"), list)];
}
