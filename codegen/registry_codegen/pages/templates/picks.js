/* The models picked for a comparison, and the bar that says which. */

import { button, find } from "./dom.js";
import { MOST } from "./query.js";

/** @import { Model } from "./data.js" */

export class Picks {
  #bar;
  #changed;
  /** @type {Model[]} */
  #models = [];

  /**
   * @param {HTMLElement} bar
   * @param {{ changed: () => void, compare: (models: Model[]) => void }} deeds
   */
  constructor(bar, { changed, compare }) {
    this.#bar = bar;
    this.#changed = changed;
    find(bar, ".deeds", HTMLElement).append(
      button("Compare", "copy compare", () => compare(this.#models)),
      button("Clear", "quiet", () => this.set([])),
    );
  }

  /** @param {Model} model */
  has(model) {
    return this.#models.includes(model);
  }

  /** @param {Model[]} models */
  set(models) {
    this.#models = models;
    this.#bar.hidden = models.length === 0;
    const compare = find(this.#bar, ".compare", HTMLButtonElement);
    compare.disabled = models.length < 2;
    const ids = models.map((model) => model.id).join(", ");
    find(this.#bar, ".picked", HTMLElement).textContent =
      models.length < 2 ? `${ids}: pick another to compare it with` : ids;
    this.#changed();
  }

  /**
   * Pick a model, or drop it; false if there are as many as can be compared.
   * @param {Model} model
   */
  toggle(model) {
    const others = this.#models.filter((each) => each !== model);
    const isNew = others.length === this.#models.length;
    if (isNew && others.length === MOST) return false;
    this.set(isNew ? [...others, model] : others);
    return true;
  }
}
