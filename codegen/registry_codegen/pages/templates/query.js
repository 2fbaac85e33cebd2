/* What is asked for: the state of the filters, in the address of the page, and the models it finds. */

import { byId, measures, models, types } from "./data.js";

/** @import { Measure, Model } from "./data.js" */

/**
 * What the page shows. An empty text and an absent number filter nothing.
 * @typedef {object} State
 * @property {string} id the model whose sheet is open, or the models that are compared: `a,b`
 * @property {Set<string>} type
 * @property {string} q
 * @property {string} organization
 * @property {string} language
 * @property {string} license
 * @property {string} measure
 * @property {number | undefined} from
 * @property {number | undefined} to
 * @property {number | undefined} context
 * @property {boolean} matryoshka
 * @property {string} sort
 */

export const MOST = 4; // models side by side
export const OWN_TERMS = "own-terms"; // a license that is the address of its text
export const NO_LICENSE = "unknown";

const TEXTS = /** @type {const} */ (["q", "organization", "language", "license", "measure"]);
const NUMBERS = /** @type {const} */ (["from", "to", "context"]);
/** Own models first where there are others; the best first. */
export const ORDER = models.some((model) => model.own) ? "own" : "-quality";

/**
 * What an address (`#colbert-v2?type=dense&q=german`, `#bge-m3,colbert-v2`) asks for.
 * @param {string} hash
 * @returns {State}
 */
export function readAddress(hash) {
  const [id, parameters] = splitOnce(hash.replace(/^#/, ""));
  const given = new URLSearchParams(parameters);
  /** @param {string} name */
  const text = (name) => given.get(name) ?? "";
  /** @param {string} name */
  const number = (name) => (Number(given.get(name)) > 0 ? Number(given.get(name)) : undefined);
  return {
    id,
    type: new Set(
      text("type")
        .split(",")
        .filter((name) => types.has(name)),
    ),
    q: text("q"),
    organization: text("organization"),
    language: text("language"),
    license: text("license"),
    measure: measures.has(text("measure")) ? text("measure") : "",
    from: number("from"),
    to: number("to"),
    context: number("context"),
    matryoshka: given.get("matryoshka") === "1",
    sort: given.get("sort") ?? ORDER,
  };
}

/**
 * The address of a state.
 * @param {State} state
 */
export function writeAddress(state) {
  const parameters = new URLSearchParams();
  if (state.type.size) parameters.set("type", [...state.type].join(","));
  for (const name of [...TEXTS, ...NUMBERS])
    if (state[name]) parameters.set(name, String(state[name]));
  if (state.matryoshka) parameters.set("matryoshka", "1");
  if (state.sort !== ORDER) parameters.set("sort", state.sort);
  const query = parameters.toString();
  return `#${state.id}${query ? `?${query}` : ""}`;
}

/**
 * The models that are open, and the ids that no model has.
 * @param {State} state
 */
export function openModels(state) {
  const ids = [...new Set(state.id.split(","))].filter(Boolean).slice(0, MOST);
  const open = ids.flatMap((id) => byId.get(id) ?? []);
  return { open, missing: ids.filter((id) => !byId.has(id)) };
}

/**
 * Whether something but the order and the open model is chosen.
 * @param {State} state
 */
export function isFiltering(state) {
  return (
    state.type.size > 0 ||
    state.matryoshka ||
    Boolean(state.q || state.organization || state.language || state.license) ||
    NUMBERS.some((name) => state[name] !== undefined)
  );
}

/** @type {Map<string, Measure | undefined>} */
const mostPublished = new Map();

/**
 * The measure to show: the chosen one, or the one that most models of the chosen types publish.
 * @param {State} state
 */
export function shownMeasure(state) {
  if (state.measure) return measures.get(state.measure);
  const chosen = [...state.type].sort().join();
  if (!mostPublished.has(chosen)) {
    const of = models.filter((model) => !state.type.size || state.type.has(model.type.name));
    mostPublished.set(chosen, published(of)[0]?.measure);
  }
  return mostPublished.get(chosen);
}

/**
 * The measures that some models publish, and how many do, the most published first.
 * @param {Model[]} some
 */
export function published(some) {
  return [...measures.values()]
    .map((measure) => ({
      measure,
      count: some.filter((model) => measure.key in model.figures).length,
    }))
    .filter(({ count }) => count)
    .sort((a, b) => b.count - a.count);
}

/**
 * The models that are asked for, and how many there would be of each type if none were chosen.
 * @param {State} state
 * @param {Model[]} inOrder
 */
export function search(state, inOrder) {
  const matches = filter(state);
  const matching = inOrder.filter(matches);
  const counts = Array.from(types, () => 0);
  for (const { type } of matching) counts[type.index] = (counts[type.index] ?? 0) + 1;
  const found = state.type.size
    ? matching.filter((model) => state.type.has(model.type.name))
    : matching;
  return { found, counts };
}

/**
 * A test for models: all that is asked for but their types.
 * @param {State} state
 * @returns {(model: Model) => boolean}
 */
function filter(state) {
  const words = state.q.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  const { from = 0, to = Infinity, context = 0 } = state;
  const sizeCounts = state.from !== undefined || state.to !== undefined;
  return (model) =>
    (!sizeCounts || isBetween(model.size, from, to)) &&
    (!context || isBetween(model.context, context, Infinity)) &&
    (!state.organization || model.get("organization") === state.organization) &&
    (!state.license || licenseGroup(model) === state.license) &&
    (!state.matryoshka || model.get("matryoshka") === true) &&
    (!state.language || (model.get("languages") ?? []).includes(state.language)) &&
    words.every((word) => model.text.includes(word));
}

/**
 * Whether a number is known and within bounds.
 * @param {number | undefined} value
 * @param {number} low
 * @param {number} high
 */
function isBetween(value, low, high) {
  return value !== undefined && value >= low && value <= high;
}

/**
 * The license as the menu has it.
 * @param {Model} model
 */
export function licenseGroup(model) {
  if (model.license === undefined) return NO_LICENSE;
  return model.license.includes("://") ? OWN_TERMS : model.license;
}

/**
 * @param {string} text
 * @returns {[before: string, after: string]}
 */
function splitOnce(text) {
  const at = text.indexOf("?");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
