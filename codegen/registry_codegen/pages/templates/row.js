/* A row of the table. */

import { grouped } from "./data.js";
import { make } from "./dom.js";
import { mark, tags } from "./marks.js";

/** @import { Measure, Model } from "./data.js" */

/**
 * A row, and the measure whose figure is in it.
 * @typedef {object} Row
 * @property {HTMLTableRowElement} element
 * @property {Model} model
 * @property {HTMLAnchorElement} link
 * @property {HTMLInputElement} box
 * @property {HTMLTableCellElement} quality
 * @property {Measure | undefined} measure
 */

/**
 * The row of a model, still without a figure.
 * @param {Model} model
 * @returns {Row}
 */
export function rowOf(model) {
  const link = make("a", { href: `#${model.id}`, tabindex: "-1" }, model.id);
  const repository = make("span", { class: "sub" }, model.repository ?? model.served);
  const name = make(
    "th",
    { scope: "row", class: "c-id" },
    link,
    ...tags(model),
    repository,
    folded(model),
  );
  const quality = cell("quality");
  const box = make("input", {
    type: "checkbox",
    tabindex: "-1",
    "aria-label": `Compare ${model.id}`,
  });
  const element = make(
    "tr",
    {},
    make("td", { class: "c-pick" }, box),
    name,
    make("td", { class: "c-type" }, mark(model.type), model.type.name),
    cell("size", model.get("parameters")),
    cell("dim", grouped(model.dim)),
    cell("context", grouped(model.context)),
    quality,
    cell("license", license(model)),
    cell("released", model.released),
  );
  return { element, model, link, box, quality, measure: undefined };
}

/**
 * @param {string} column
 * @param {string} text
 */
function cell(column, text = "") {
  return make("td", { class: `c-${column}` }, text);
}

/**
 * What narrow screens have no column for.
 * @param {Model} model
 */
function folded(model) {
  const { dim, context } = model;
  const parts = new Map([
    ["type", model.type.name],
    ["dim", dim && `${grouped(dim)} dim`],
    ["context", context && `${grouped(context)} context`],
    ["license", license(model)],
  ]);
  const spans = [...parts].map(([column, text]) =>
    text ? [make("span", { class: `f-${column}` }, text)] : [],
  );
  return make("span", { class: "fold" }, ...spans.flat());
}

/**
 * A license in a word or two.
 * @param {Model} model
 */
function license(model) {
  return model.license?.includes("://") ? "its own" : (model.license ?? "");
}
