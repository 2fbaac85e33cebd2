/* Two to four models side by side. */

import { fields } from "./data.js";
import { button, make } from "./dom.js";
import { howKnown, sourcesOf } from "./known.js";
import { mark, tags } from "./marks.js";
import { fieldName, shown } from "./values.js";

/** @import { Field, Json, Model } from "./data.js" */

const LONG = 6; // items of a list that still fit into a cell
const LEFT_OUT = new Set(["id", "aliases", "sources", "metadata"]);

/**
 * What the buttons of a comparison do.
 * @typedef {object} Deeds
 * @property {() => void} close
 * @property {(model: Model) => void} remove
 * @property {() => void} share
 */

/**
 * The content of the dialog: a row per fact, a column per model.
 * @param {Model[]} models
 * @param {Deeds} deeds
 * @returns {HTMLElement[]}
 */
export function comparisonOf(models, { close, remove, share }) {
  const heading = make(
    "h2",
    { id: "page_heading", tabindex: "-1" },
    `${models.length} models side by side`,
  );
  const table = make(
    "table",
    { class: "compared" },
    make(
      "thead",
      {},
      make("tr", {}, make("td"), ...models.map((model) => columnHead(model, remove))),
    ),
    make("tbody", {}, ...fields.flatMap((field) => factRow(field, models))),
  );
  const differences = button("Only differences", "quiet", () =>
    differences.setAttribute("aria-pressed", String(table.classList.toggle("differing"))),
  );
  differences.setAttribute("aria-pressed", "false");
  return [
    make("div", { class: "head" }, heading, button("Close", "quiet", close)),
    make("p", { class: "kind" }, differences, button("Copy the link", "quiet", share)),
    table,
  ];
}

/**
 * @param {Model} model
 * @param {(model: Model) => void} remove
 */
function columnHead(model, remove) {
  const away = button("Remove", "quiet", () => remove(model));
  away.setAttribute("aria-label", `Remove ${model.id}`);
  return make(
    "th",
    { scope: "col" },
    make("button", { type: "button", class: "name", "data-open": model.id }, model.id),
    make("span", { class: "sub" }, mark(model.type), ` ${model.type.name}`),
    ...tags(model),
    away,
  );
}

/**
 * The row of a field that some model has; values that differ can be told from those that do not.
 * @param {Field} field
 * @param {Model[]} models
 */
function factRow(field, models) {
  const values = models.map((model) => model.fact(field.name));
  if (LEFT_OUT.has(field.name) || values.every((value) => value === undefined)) return [];
  const same = new Set(values.map((value) => JSON.stringify(value))).size === 1;
  return [
    make(
      "tr",
      { class: same ? "same" : "differs" },
      make("th", { scope: "row", title: field.description }, fieldName(field.name)),
      ...models.map((model, at) => factCell(field, values[at], model)),
    ),
  ];
}

/**
 * A value, how it is known where no source states it, and its sources to point at.
 * @param {Field} field
 * @param {Json | undefined} value
 * @param {Model} model
 */
function factCell(field, value, model) {
  if (value === undefined) return make("td", {}, make("span", { class: "absent" }, "not stated"));
  const content = shown(field.name, value, model);
  const given = sourcesOf(field, model);
  const title = `Source: ${given.map(({ name }) => name).join("; ") || "not named"}.`;
  const long = Array.isArray(value) && value.length > LONG;
  const whole = long
    ? make("details", {}, make("summary", {}, String(value.length)), content)
    : content;
  return make("td", { title }, whole, ...howKnown(given));
}
