/* How a fact is known: the sources that gave it, and a word where none of them states it. */

import { fields } from "./data.js";
import { make } from "./dom.js";

/** @import { Field, Model } from "./data.js" */

/** How a fact may be known that no source states: the names of its sources begin with it. */
const NOT_STATED = ["computed", "inferred", "unverified"];

/**
 * The sources that gave a fact, as the list of sources has them.
 * @param {Field} field
 * @param {Model} model
 */
export function sourcesOf(field, model) {
  const number = fields.indexOf(field);
  return (model.get("sources") ?? []).flatMap((name, index) =>
    model.given[index]?.includes(number) ? [{ name, number: index + 1 }] : [],
  );
}

/**
 * A word beside a fact that no source states.
 * @param {{ name: string }[]} given
 */
export function howKnown(given) {
  const kinds = given.map(({ name }) => NOT_STATED.find((kind) => name.startsWith(`${kind}:`)));
  const [kind] = kinds;
  return kind && kinds.every(Boolean) ? [make("span", { class: "known" }, kind)] : [];
}
