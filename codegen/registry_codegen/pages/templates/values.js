/* Facts as people read them. */

import { grouped, languageName } from "./data.js";
import { hubLink, link, make } from "./dom.js";

/** @import { Json, Model } from "./data.js" */
/** @import { Content } from "./dom.js" */

const HUB_FIELDS = new Set(["huggingface_id", "base_model", "tokenizer_model"]);

/**
 * The name of a field, which may break at its underscores.
 * @param {string} name
 */
export function fieldName(name) {
  const parts = name.split("_");
  return make(
    "code",
    {},
    ...parts.flatMap((part, at) => (at ? [make("wbr"), `_${part}`] : [part])),
  );
}

/**
 * A link to the sheet of a model.
 * @param {string} id
 */
export function modelLink(id) {
  return make("a", { href: `#${id}`, "data-open": id }, id);
}

/**
 * A value as a node or a text.
 * @param {string} name
 * @param {Json | undefined} value
 * @param {Model} model
 * @returns {Content}
 */
export function shown(name, value, model) {
  if (typeof value === "string") {
    if (HUB_FIELDS.has(name)) return hubLink(value);
    if (name === "revision" && model.repository !== undefined) {
      return hubLink(model.repository, make("code", {}, value), value);
    }
    if (name === "license") return link(value);
    if (name === "superseded_by") return modelLink(value);
    if (name.endsWith("_prompt")) return make("code", { class: "prompt" }, value);
  }
  if (Array.isArray(value)) {
    const records = value.filter(isRecord);
    if (records.length) return make("ul", {}, ...records.map(recordItem));
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

/**
 * @param {Json} value
 * @returns {value is Record<string, Json>}
 */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A variant or an export: what it is called first, and where it lies last.
 * @param {Record<string, Json>} given
 */
function recordItem({ huggingface_id: repository, ...rest }) {
  const [[, first] = [], ...others] = Object.entries(rest);
  const told = others.map(([key, value]) => `${key.replaceAll("_", " ")} ${plain(value)}`);
  const from = typeof repository === "string" ? [" · ", hubLink(repository)] : [];
  return make("li", {}, make("strong", {}, plain(first)), ` ${told.join(" · ")}`, ...from);
}

/** @param {Json | undefined} value */
function plain(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" && Number.isInteger(value) ? grouped(value) : String(value);
}
