/* The table: rows are made once, when first shown, and only as many as can be seen soon. */

import { figure } from "./data.js";
import { around, isForBrowser, keepOneInTabOrder } from "./dom.js";
import { rowOf } from "./row.js";

/** @import { Measure, Model } from "./data.js" */
/** @import { Row } from "./row.js" */

const FIRST = 24; // about a screen: these are there in the frame of the keystroke
const AT_ONCE = 400; // so many follow soon, so that the browser's own search finds them
const STEP = 60;
const REST = 200; // milliseconds without a keystroke before more follow

/**
 * What happens to the models of rows.
 * @typedef {object} Deeds
 * @property {(model: Model) => void} open
 * @property {(model: Model) => void} pick pick it for a comparison, or drop it
 * @property {(model: Model) => boolean} isPicked
 */

/** The table body and what it shows. */
export class Table {
  #body;
  #deeds;
  /** @type {Map<Model, Row>} */
  #made = new Map();
  /** @type {Row[]} those in the document, in its order */
  #rows = [];
  /** @type {Model[]} */
  #shown = [];
  /** @type {Measure | undefined} */
  #measure;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;

  /**
   * @param {HTMLTableSectionElement} body
   * @param {Element} end what comes into view where more rows are wanted
   * @param {Deeds} deeds
   */
  constructor(body, end, deeds) {
    this.#body = body;
    this.#deeds = deeds;
    body.addEventListener("keydown", (event) => this.#move(event));
    body.addEventListener("click", (event) => {
      const row = this.#rows[this.#indexOf(event)];
      if (!row || isForBrowser(event)) return;
      if (around(event, ".c-pick")) {
        this.#pick(row);
      } else if (getSelection()?.isCollapsed) {
        event.preventDefault();
        deeds.open(row.model);
      }
    });
    new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && this.#grow(STEP),
      { rootMargin: "600px" },
    ).observe(end);
  }

  /**
   * Show these models, with the figures of a measure.
   * @param {Model[]} models
   * @param {Measure | undefined} measure
   */
  show(models, measure) {
    this.#measure = measure;
    this.#shown = models;
    this.#place(models.slice(0, FIRST).map((model) => this.#row(model)));
    keepOneInTabOrder(this.#links(), this.#rows[0]?.link);
    clearTimeout(this.#later);
    this.#growLater();
  }

  /** Have every row in the document: paper is not scrolled. */
  showAll() {
    this.#grow(this.#shown.length);
  }

  /** Show which models are picked. */
  showPicks() {
    for (const row of this.#rows) row.box.checked = this.#deeds.isPicked(row.model);
  }

  /** Put the focus on the first row. */
  focus() {
    if (this.#shown.length) this.#focusAt(0);
  }

  /**
   * Rows that stay keep their place in the document, and the browser its layout of them.
   * @param {Row[]} rows
   */
  #place(rows) {
    const wanted = new Set(rows);
    for (const row of this.#rows) if (!wanted.has(row)) row.element.remove();
    let next = this.#body.firstElementChild;
    for (const { element } of rows) {
      if (element === next) next = element.nextElementSibling;
      else this.#body.insertBefore(element, next);
    }
    this.#rows = rows;
  }

  #growLater() {
    if (this.#rows.length >= Math.min(AT_ONCE, this.#shown.length)) return;
    this.#later = setTimeout(() => {
      this.#grow(STEP);
      this.#growLater();
    }, REST);
  }

  /** @param {number} step */
  #grow(step) {
    const count = this.#rows.length;
    const more = this.#shown.slice(count, count + step).map((model) => this.#row(model));
    this.#rows.push(...more);
    this.#body.append(...more.map((row) => row.element));
  }

  #links() {
    return this.#rows.map((row) => row.link);
  }

  /** @param {Event} event */
  #indexOf(event) {
    const element = around(event, "tr");
    return this.#rows.findIndex((row) => row.element === element);
  }

  /** @param {Row} row */
  #pick(row) {
    this.#deeds.pick(row.model);
    row.box.checked = this.#deeds.isPicked(row.model);
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const index = this.#indexOf(event);
    const row = this.#rows[index];
    if (row && event.key === " " && event.target === row.link) {
      event.preventDefault();
      this.#pick(row);
      return;
    }
    const to = new Map([
      ["ArrowDown", index + 1],
      ["ArrowUp", index - 1],
      ["PageDown", index + 10],
      ["PageUp", index - 10],
      ["Home", 0],
      ["End", this.#shown.length - 1],
    ]).get(event.key);
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#focusAt(Math.max(0, Math.min(to, this.#shown.length - 1)));
  }

  /** @param {number} index */
  #focusAt(index) {
    if (index >= this.#rows.length) this.#grow(index + 1 - this.#rows.length);
    const link = this.#rows[index]?.link;
    keepOneInTabOrder(this.#links(), link);
    link?.focus();
  }

  /** @param {Model} model */
  #row(model) {
    let row = this.#made.get(model);
    if (!row) {
      row = rowOf(model);
      this.#made.set(model, row);
    }
    if (row.measure !== this.#measure) {
      row.measure = this.#measure;
      row.quality.textContent = this.#measure ? figure(model.figures[this.#measure.key]) : "";
    }
    if (row.link.tabIndex !== -1) row.link.tabIndex = -1;
    const picked = this.#deeds.isPicked(model);
    if (row.box.checked !== picked) row.box.checked = picked;
    return row;
  }
}
