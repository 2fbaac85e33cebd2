/* The form: menus filled from the catalogue, and its state. */

import { grouped, languageName, measures, models, shortCount, types } from "./data.js";
import { make } from "./dom.js";
import { licenseGroup, NO_LICENSE, OWN_TERMS } from "./query.js";
import { mark } from "./marks.js";

const SIZES = [1e7, 3e7, 1e8, 3e8, 1e9, 3e9, 1e10, 3e10, 1e11];
const CONTEXTS = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072];
const TERMS = new Map([
  [OWN_TERMS, "terms of its own"],
  [NO_LICENSE, "not stated"],
]);

/** Put the choices that the catalogue offers into the form. */
export function fillForm(form) {
  fillTypes(form.querySelector("#page_types"));
  const languages = counted(models.flatMap((model) => model.get("languages") ?? []));
  fill(
    form.elements.language,
    byText(languages.map(([code, count]) => [code, `${languageName(code)} (${count})`])),
  );
  const licences = counted(models.map(licenseGroup));
  fill(
    form.elements.license,
    licences.map(([name, count]) => [name, `${TERMS.get(name) ?? name} (${count})`]),
  );
  for (const name of ["from", "to"])
    fill(
      form.elements[name],
      SIZES.map((size) => [size, shortCount(size)]),
    );
  fill(
    form.elements.context,
    CONTEXTS.map((length) => [length, grouped(length)]),
  );
  fill(form.elements.measure, [
    ["", "most published"],
    ...[...measures.values()].map(({ key, label }) => [key, label]),
  ]);
}

/** Show a state in the form. */
export function setForm(form, state) {
  for (const name of ["q", "language", "license", "from", "to", "context", "measure"]) {
    const control = form.elements[name];
    const value = String(state[name]);
    if (control.options && ![...control.options].some((option) => option.value === value)) {
      control.append(make("option", { value }, value)); // of an address that somebody wrote
    }
    control.value = value;
  }
  form.elements.matryoshka.checked = state.matryoshka;
  for (const box of form.querySelectorAll("[name=type]")) box.checked = state.type.has(box.value);
}

/** The part of a state that the form shows. */
export function formState(form) {
  const given = new FormData(form);
  const number = (name) => (given.get(name) ? Number(given.get(name)) : "");
  return {
    q: given.get("q").trim(),
    type: new Set(given.getAll("type")),
    language: given.get("language"),
    license: given.get("license"),
    from: number("from"),
    to: number("to"),
    context: number("context"),
    measure: given.get("measure"),
    matryoshka: given.has("matryoshka"),
  };
}

function fillTypes(fieldset) {
  const counts = new Map(counted(models.map((model) => model.type.name)));
  for (const type of types.values()) {
    const box = make("input", { type: "checkbox", name: "type", value: type.name });
    const count = make("span", { class: "count" }, String(counts.get(type.name)));
    fieldset.append(
      make("label", { class: "pill", title: type.description }, box, mark(type), type.name, count),
    );
  }
}

function fill(select, choices) {
  select.append(...choices.map(([value, text]) => make("option", { value }, text)));
}

/** How often each word occurs, the most frequent first. */
function counted(words) {
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

function byText(choices) {
  return choices.toSorted(([, a], [, b]) => a.localeCompare(b, "en"));
}
