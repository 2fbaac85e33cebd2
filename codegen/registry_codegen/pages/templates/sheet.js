/* The sheet of one model: all that is known of it. */

import { byId, fields, figure, grouped, importedFrom, languageName, measures } from "./data.js";
import { hubLink, link, make } from "./dom.js";
import { mark, tags } from "./marks.js";

/** @import { Field, Json, Model } from "./data.js" */
/** @import { Content } from "./dom.js" */

const AT_HEAD = new Set(["id", "name", "description", "sources"]);
const HUB_FIELDS = new Set(["huggingface_id", "base_model", "tokenizer_model"]);

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
  const fold = make("button", { type: "button", class: "quiet close" }, "Close");
  fold.addEventListener("click", close);
  const meanings = make(
    "button",
    { type: "button", class: "quiet explain", "aria-pressed": String(explained) },
    "Explain the fields",
  );
  meanings.addEventListener("click", () =>
    meanings.setAttribute("aria-pressed", String(explain())),
  );
  const heading = make("h2", { id: "page_heading", tabindex: "-1" }, model.id);
  return [
    make("div", { class: "head" }, heading, fold),
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
      hubLink(model.repository, "Open on the Hub", model.get("revision")),
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

/** @param {string} id */
function modelLink(id) {
  return make("a", { href: `#${id}`, "data-model": id }, id);
}

/**
 * @param {Model} model
 * @param {(text: string) => void} say
 */
function importLine(model, say) {
  const line = importedFrom ? `from ${importedFrom} import ${model.constant}` : model.constant;
  const code = make("code", {}, line);
  const button = make("button", { type: "button", class: "copy" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(line);
      say(`Copied: ${line}`);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 2000);
    } catch {
      getSelection()?.selectAllChildren(code);
      say("The browser does not let the page copy; the line is selected.");
    }
  });
  return make("div", { class: "import" }, code, button);
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
  const name = field.name
    .split("_")
    .flatMap((part, index) => (index ? [make("wbr"), `_${part}`] : [part]));
  const value = shown(field.name, model.fact(field.name), model);
  const given = sourcesOf(field, model);
  const names = given.map(({ name }) => name).join("; ") || "not named";
  return make(
    "div",
    {},
    make("dt", {}, make("code", {}, ...name)),
    make("dd", {}, value, ...given.map(note)),
    make("dd", { class: "meaning" }, field.description, make("br"), `Source: ${names}.`),
  );
}

/**
 * The sources that gave a fact, as the list of sources has them.
 * @param {Field} field
 * @param {Model} model
 */
function sourcesOf(field, model) {
  const number = fields.indexOf(field);
  return (model.get("sources") ?? []).flatMap((name, index) =>
    model.given[index]?.includes(number) ? [{ name, number: index + 1 }] : [],
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

/**
 * A value as a node or a text.
 * @param {string} name
 * @param {Json | undefined} value
 * @param {Model} model
 * @returns {Content}
 */
function shown(name, value, model) {
  if (typeof value === "string") {
    if (HUB_FIELDS.has(name)) return hubLink(value);
    if (name === "revision") return hubLink(model.repository, make("code", {}, value), value);
    if (name === "license") return link(value);
    if (name === "superseded_by") return modelLink(value);
    if (name.endsWith("_prompt")) return make("code", { class: "prompt" }, value);
  }
  if (Array.isArray(value)) {
    if (name === "variants") return make("ul", {}, ...value.map(variant));
    if (name === "languages") return value.map(String).map(languageAndCode).join(", ");
    return value.join(", ");
  }
  if (typeof value === "object") return make("pre", {}, JSON.stringify(value, null, 2));
  return plain(value);
}

/** @param {string} code */
function languageAndCode(code) {
  return `${languageName(code)} (${code})`;
}

/** @param {Json} given */
function variant(given) {
  const { id, huggingface_id: repository, ...rest } = /** @type {Record<string, Json>} */ (given);
  const known = Object.entries(rest).map(
    ([key, value]) => `${key.replaceAll("_", " ")} ${plain(value)}`,
  );
  const from = typeof repository === "string" ? [" · ", hubLink(repository)] : [];
  return make("li", {}, make("strong", {}, String(id)), ` ${known.join(" · ")}`, ...from);
}

/** @param {Json | undefined} value */
function plain(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" && Number.isInteger(value) ? grouped(value) : String(value);
}

/** @param {Model} model */
function sources(model) {
  const names = model.get("sources") ?? [];
  if (!names.length) return [];
  const list = make("ol", {}, ...names.map((name) => make("li", {}, link(name))));
  return [make("section", {}, make("h3", {}, "Sources"), list)];
}
