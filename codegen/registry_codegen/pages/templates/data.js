/* The catalogue, unpacked from the JSON block of the page. */

import { find } from "./dom.js";

/** @typedef {string | number | boolean | null | Json[] | { [key: string]: Json }} Json */
/** @typedef {{ name: string, section: string, description: string }} Field */
/** @typedef {{ key: string, label: string, description: string }} Measure */
/** @typedef {{ name: string, className: string, description: string, index: number }} Type */
/** @typedef {<N extends keyof Facts>(name: N) => Facts[N]} Get */
/** @typedef {ReturnType<typeof unpacked>} Model */

/**
 * What html.py writes. Facts are keyed by the number of their field, figures by the key of
 * their measure; `given` has, for each of a model's sources, the numbers of the fields it gave.
 * @typedef {[type: string, constant: string, facts: Record<number, Json>, figures: Record<string, number>, given: number[][], own?: 1]} Packed
 * @typedef {object} Raw
 * @property {string | null} package
 * @property {[name: string, className: string, description: string][]} types
 * @property {[name: string, section: string, description: string][]} fields
 * @property {[key: string, label: string, description: string][]} measures
 * @property {Record<string, string>} selected
 * @property {Packed[]} models
 */

/**
 * The facts that the page has a use of its own for; the schema says what they are. Numbers that
 * a double cannot hold come as text.
 * @typedef {object} Facts
 * @property {string} id
 * @property {string} name
 * @property {string} description
 * @property {string} organization
 * @property {string | undefined} huggingface_id
 * @property {string | undefined} provider
 * @property {string | undefined} provider_model
 * @property {string | undefined} revision
 * @property {string | undefined} release_date
 * @property {string | undefined} license
 * @property {string | undefined} status
 * @property {string | undefined} superseded_by
 * @property {string[] | undefined} aliases
 * @property {string[] | undefined} languages
 * @property {string[] | undefined} sources
 * @property {string | undefined} parameters
 * @property {number | string | undefined} parameter_count
 * @property {number | undefined} embedding_dim
 * @property {number | undefined} context_length
 * @property {boolean | undefined} matryoshka
 */

/** @type {Raw} */
const raw = JSON.parse(find(document, "#page_data", HTMLScriptElement).text);
const collator = new Intl.Collator("en", { numeric: true });
const languageNames = new Intl.DisplayNames("en", { type: "language" });

export const importedFrom = raw.package;
/** @type {Field[]} */
export const fields = raw.fields.map(([name, section, description]) => ({
  name,
  section,
  description,
}));
/** @type {Map<string, Measure>} */
export const measures = new Map(
  raw.measures.map(([key, label, description]) => [key, { key, label, description }]),
);
/** @type {Map<string, Type>} */
export const types = new Map(
  raw.types.map(([name, className, description], index) => [
    name,
    { name, className, description, index },
  ]),
);
const numberOf = new Map(fields.map((field, number) => [field.name, number]));

/** In the order of the catalogue. */
export const models = raw.models.map(unpacked);
export const byId = new Map(models.map((model) => [model.id, model]));

/**
 * @param {Packed} packed
 * @param {number} position
 */
function unpacked([typeName, constant, facts, figures, given, own], position) {
  /** @param {string} name */
  const fact = (name) => facts[numberOf.get(name) ?? -1];
  /** @type {Get} */
  const get = (name) => /** @type {Facts[typeof name]} */ (fact(name));
  const type = types.get(typeName);
  if (!type) throw new TypeError(`${constant} is of no type`);
  const size = get("parameter_count");
  return {
    id: get("id"),
    type,
    constant,
    figures,
    fact,
    get,
    position,
    role: raw.selected[constant],
    own: own === 1,
    given,
    size: size === undefined ? undefined : Number(size),
    dim: get("embedding_dim"),
    context: get("context_length"),
    license: get("license"),
    released: get("release_date"),
    repository: get("huggingface_id"),
    served: [get("provider"), get("provider_model")].filter(Boolean).join(": "),
    deprecated: get("status") === "deprecated",
    text: searched(get, constant),
  };
}

/**
 * @param {Get} get
 * @param {string} constant
 */
function searched(get, constant) {
  /** @type {(keyof Facts)[]} */
  const names = ["id", "name", "organization", "huggingface_id", "provider_model", "description"];
  const texts = [...names.map(get), constant, ...(get("aliases") ?? [])];
  return texts.join("\n").normalize("NFKC").toLowerCase();
}

/**
 * `de` -> `German`.
 * @param {string} code
 */
export function languageName(code) {
  try {
    return languageNames.of(code) ?? code;
  } catch {
    return code;
  }
}

/** @type {[size: number, letter: string][]} */
const UNITS = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
  [1e3, "K"],
];

/**
 * 33400000 -> `33.4M`, for axes and menus.
 * @param {number} count
 */
export function shortCount(count) {
  const unit = UNITS.find(([size]) => count >= size);
  return unit ? `${Number((count / unit[0]).toPrecision(3))}${unit[1]}` : String(count);
}

/**
 * 8192 -> `8,192`; undefined -> nothing.
 * @param {number | undefined} number
 */
export function grouped(number) {
  return number === undefined ? "" : number.toLocaleString("en");
}

/**
 * A figure with the digits that tell models apart: fractions three, points one.
 * @param {number | undefined} value
 */
export function figure(value) {
  return value === undefined ? "" : value.toFixed(value <= 1 ? 3 : 1);
}

/** @typedef {(model: Model) => string | number | undefined} SortKey */

/**
 * What the columns of the table are sorted by.
 * @type {[column: string, key: SortKey][]}
 */
const SORT_KEYS = [
  ["id", (model) => model.id],
  ["type", (model) => model.type.name],
  ["size", (model) => model.size],
  ["dim", (model) => model.dim],
  ["context", (model) => model.context],
  ["license", (model) => model.license],
  ["released", (model) => model.released],
];

/**
 * Models by a column (`size`, downwards `-size`); what is unknown comes last either way. `own` is
 * no column: own models first, then the others, the best first in both.
 * @param {string} by
 * @param {string} measure the key of the figure that `quality` is
 * @returns {Model[]}
 */
export function sorted(by, measure) {
  if (by === "own") {
    const { own = [], others = [] } = Object.groupBy(sorted("-quality", measure), (model) =>
      model.own ? "own" : "others",
    );
    return [...own, ...others];
  }
  const column = by.replace(/^-/, "");
  /** @type {SortKey | undefined} */
  const key =
    column === "quality"
      ? (model) => model.figures[measure]
      : SORT_KEYS.find(([name]) => name === column)?.[1];
  if (!key) return models;
  const sign = by.startsWith("-") ? -1 : 1;
  const keyed = models.map((model) => ({ key: key(model), model }));
  keyed.sort(({ key: a }, { key: b }) => {
    if (a === undefined || b === undefined)
      return Number(a === undefined) - Number(b === undefined);
    const numbers = typeof a === "number" && typeof b === "number";
    return sign * (numbers ? a - b : collator.compare(String(a), String(b)));
  });
  return keyed.map(({ model }) => model);
}
