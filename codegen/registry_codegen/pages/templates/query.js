/* What is asked for: the state of the filters, in the address of the page, and the models it finds. */

import { measures, models, types } from "./data.js";

export const OWN_TERMS = "own-terms"; // a licence that is the address of its text
export const NO_LICENSE = "unknown";

const TEXTS = ["q", "language", "license", "measure"];
const NUMBERS = ["from", "to", "context"];
const ORDER = "-quality"; // the best first

/** What an address (`#colbert-v2?type=dense&q=german`) asks for. */
export function readAddress(hash) {
  const [id, parameters = ""] = splitOnce(hash.replace(/^#/, ""));
  const given = new URLSearchParams(parameters);
  const state = {
    id,
    type: new Set((given.get("type") ?? "").split(",").filter((t) => types.has(t))),
  };
  for (const name of TEXTS) state[name] = given.get(name) ?? "";
  for (const name of NUMBERS)
    state[name] = Number(given.get(name)) > 0 ? Number(given.get(name)) : "";
  state.matryoshka = given.get("matryoshka") === "1";
  state.sort = given.get("sort") ?? ORDER;
  if (!measures.has(state.measure)) state.measure = "";
  return state;
}

/** The address of a state. */
export function writeAddress(state) {
  const parameters = new URLSearchParams();
  if (state.type.size) parameters.set("type", [...state.type].join(","));
  for (const name of [...TEXTS, ...NUMBERS])
    if (state[name] !== "") parameters.set(name, state[name]);
  if (state.matryoshka) parameters.set("matryoshka", "1");
  if (state.sort !== ORDER) parameters.set("sort", state.sort);
  const query = parameters.toString();
  return `#${state.id}${query ? `?${query}` : ""}`;
}

/** Whether something but the order and the open model is chosen. */
export function isFiltering(state) {
  return (
    state.type.size > 0 ||
    state.matryoshka ||
    ["q", "language", "license", ...NUMBERS].some((name) => state[name] !== "")
  );
}

const mostPublished = new Map();

/** The measure to show: the chosen one, or the one that most models of the chosen types publish. */
export function shownMeasure(state) {
  if (state.measure) return measures.get(state.measure);
  const chosen = [...state.type].sort().join();
  if (!mostPublished.has(chosen)) {
    const of = models.filter((model) => !state.type.size || state.type.has(model.type.name));
    const counts = [...measures.keys()].map((key) => [
      key,
      of.filter((model) => key in model.figures).length,
    ]);
    const [key, count] = counts.sort(([, a], [, b]) => b - a)[0] ?? [];
    mostPublished.set(chosen, count ? measures.get(key) : undefined);
  }
  return mostPublished.get(chosen);
}

/** A test for models. */
export function filter(state) {
  const words = state.q.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  return (model) =>
    (!state.type.size || state.type.has(model.type.name)) &&
    (state.from === "" || model.size >= state.from) &&
    (state.to === "" || model.size <= state.to) &&
    (state.context === "" || model.context >= state.context) &&
    (state.license === "" || licenseGroup(model) === state.license) &&
    (!state.matryoshka || model.get("matryoshka") === true) &&
    (state.language === "" || (model.get("languages") ?? []).includes(state.language)) &&
    words.every((word) => model.text.includes(word));
}

/** The licence as the menu has it. */
export function licenseGroup(model) {
  if (model.license === undefined) return NO_LICENSE;
  return model.license.includes("://") ? OWN_TERMS : model.license;
}

function splitOnce(text) {
  const at = text.indexOf("?");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
