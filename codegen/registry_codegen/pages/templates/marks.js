/* What tells types apart, a shape and a color each, and what marks single models. */

import { draw, make } from "./dom.js";

/** @import { Model, Type } from "./data.js" */

const SHAPES = /** @type {const} */ ([
  "M0-5a5 5 0 1 0 .01 0z",
  "M-4.4-4.4h8.8v8.8h-8.8z",
  "M0-5.8 5.4 4.2H-5.4z",
  "M0-6.2 6.2 0 0 6.2-6.2 0z",
  "M0 5.8 5.4-4.2H-5.4z",
  "M-1.8-5.4h3.6v3.6h3.6v3.6h-3.6v3.6h-3.6v-3.6h-3.6v-3.6h3.6z",
  "M0-5.8l5 2.9v5.8L0 5.8l-5-2.9v-5.8z",
  "M-5.4-2.7h10.8v5.4h-10.8z",
]);

/**
 * The shape of a type: told apart without its color.
 * @param {Type} type
 */
export function shapeOf(type) {
  return SHAPES[type.index % SHAPES.length] ?? SHAPES[0];
}

/**
 * The class that has the color of a type.
 * @param {Type} type
 */
export function colorOf(type) {
  return `hue-${type.index % SHAPES.length}`;
}

/**
 * The mark of a type.
 * @param {Type} type
 */
export function mark(type) {
  const path = draw("path", { d: shapeOf(type) });
  return draw(
    "svg",
    { class: `mark ${colorOf(type)}`, viewBox: "-7 -7 14 14", "aria-hidden": "true" },
    path,
  );
}

/**
 * What sets a model apart: that it is an own one, the default, or past its time.
 * @param {Model} model
 */
export function tags(model) {
  const texts = [];
  if (model.own) texts.push("own");
  if (model.role) texts.push(`default ${model.role.replaceAll("_", "-")}`);
  if (model.deprecated) texts.push("deprecated");
  return texts.map((text) => make("span", { class: "tag" }, text));
}
