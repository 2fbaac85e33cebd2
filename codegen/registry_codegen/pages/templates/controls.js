/* The form: menus filled from the catalogue, and its state. */

import { grouped, languageName, measures, models, shortCount, types } from "./data.js";
import { find, make } from "./dom.js";
import { licenseGroup, NO_LICENSE, OWN_TERMS } from "./query.js";
import { mark } from "./marks.js";

/** @import { State } from "./query.js" */
/** @typedef {[value: string | number, text: string]} Choice */

const SIZES = [1e7, 3e7, 1e8, 3e8, 1e9, 3e9, 1e10, 3e10, 1e11];
const CONTEXTS = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072];
const TERMS = new Map([
  [OWN_TERMS, "terms of its own"],
  [NO_LICENSE, "not stated"],
]);
const MENUS = /** @type {const} */ ([
  "organization",
  "language",
  "license",
  "from",
  "to",
  "context",
  "measure",
]);

/**
 * Put the choices that the catalogue offers into the form.
 * @param {HTMLFormElement} form
 */
export function fillForm(form) {
  fillTypes(find(form, "#page_types", HTMLFieldSetElement));
  const languages = counted(models.flatMap((model) => model.get("languages") ?? []));
  const named = languages.map(([code, count]) => `${languageName(code)} (${count})`);
  const licenses = counted(models.map(licenseGroup));
  const organizations = counted(models.map((model) => model.get("organization")));
  /** @type {Record<typeof MENUS[number], Choice[]>} */
  const choices = {
    organization: byText(organizations.map(([name, count]) => [name, `${name} (${count})`])),
    language: byText(languages.map(([code], index) => [code, named[index] ?? code])),
    license: licenses.map(([name, count]) => [name, `${TERMS.get(name) ?? name} (${count})`]),
    from: SIZES.map((size) => [size, shortCount(size)]),
    to: SIZES.map((size) => [size, shortCount(size)]),
    context: CONTEXTS.map((length) => [length, grouped(length)]),
    measure: [
      ["", "most published"],
      ...[...measures.values()].map(({ key, label }) => /** @type {Choice} */ ([key, label])),
    ],
  };
  for (const name of MENUS) menu(form, name).append(...choices[name].map(option));
}

/**
 * Show a state in the form.
 * @param {HTMLFormElement} form
 * @param {State} state
 */
export function setForm(form, state) {
  control(form, "q", HTMLInputElement).value = state.q;
  for (const name of MENUS) {
    const select = menu(form, name);
    const value = String(state[name] ?? "");
    if (![...select.options].some((each) => each.value === value)) {
      select.append(option([value, value])); // of an address that somebody wrote
    }
    select.value = value;
  }
  control(form, "matryoshka", HTMLInputElement).checked = state.matryoshka;
  for (const box of typeBoxes(form)) box.checked = state.type.has(box.value);
}

/**
 * The part of a state that the form shows.
 * @param {HTMLFormElement} form
 */
export function formState(form) {
  /** @param {typeof MENUS[number]} name */
  const text = (name) => menu(form, name).value;
  /** @param {typeof MENUS[number]} name */
  const number = (name) => (text(name) ? Number(text(name)) : undefined);
  return {
    q: control(form, "q", HTMLInputElement).value.trim(),
    type: new Set(
      typeBoxes(form)
        .filter((box) => box.checked)
        .map((box) => box.value),
    ),
    organization: text("organization"),
    language: text("language"),
    license: text("license"),
    from: number("from"),
    to: number("to"),
    context: number("context"),
    measure: text("measure"),
    matryoshka: control(form, "matryoshka", HTMLInputElement).checked,
  };
}

/**
 * Say how many models of each type match everything else that is asked for.
 * @param {HTMLFormElement} form
 * @param {number[]} counts in the order of the types
 */
export function showCounts(form, counts) {
  for (const [index, box] of typeBoxes(form).entries()) {
    const chip = box.parentElement;
    const count = chip?.querySelector(".count");
    const text = String(counts[index]);
    if (!chip || !count || count.textContent === text) continue; // nothing to lay out anew
    count.textContent = text;
    chip.classList.toggle("empty", text === "0");
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function menu(form, name) {
  return control(form, name, HTMLSelectElement);
}

/**
 * The control of a name. The form knows it by that; a selector would walk through all choices.
 * @template {Element} E
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {new () => E} kind
 */
function control(form, name, kind) {
  const found = form.elements.namedItem(name);
  if (found instanceof kind) return found;
  throw new TypeError(`${name} is not a ${kind.name}`);
}

/** @param {HTMLFormElement} form */
function typeBoxes(form) {
  return [...find(form, "#page_types", HTMLFieldSetElement).elements].filter(
    (element) => element instanceof HTMLInputElement,
  );
}

/** @param {HTMLFieldSetElement} fieldset */
function fillTypes(fieldset) {
  const counts = new Map(counted(models.map((model) => model.type.name)));
  for (const type of types.values()) {
    const box = make("input", { type: "checkbox", name: "type", value: type.name });
    const count = make("span", { class: "count" }, String(counts.get(type.name)));
    count.style.minWidth = `${count.textContent.length}ch`; // chips stay where they are
    fieldset.append(
      make("label", { class: "pill", title: type.description }, box, mark(type), type.name, count),
    );
  }
}

/** @param {Choice} choice */
function option([value, text]) {
  return make("option", { value }, text);
}

/**
 * How often each word occurs, the most frequent first.
 * @param {string[]} words
 */
function counted(words) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** @param {Choice[]} choices */
function byText(choices) {
  return choices.toSorted(([, a], [, b]) => a.localeCompare(b, "en"));
}
