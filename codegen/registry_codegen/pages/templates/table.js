/* The table: rows are made once, when first shown, and only as many as can be seen soon. */

import { figure, grouped } from "./data.js";
import { around, isForBrowser, keepOneInTabOrder, make } from "./dom.js";
import { mark, tags } from "./marks.js";

/** @import { Measure, Model } from "./data.js" */

/**
 * A row, and the measure whose figure is in it.
 * @typedef {object} Row
 * @property {HTMLTableRowElement} element
 * @property {Model} model
 * @property {HTMLAnchorElement} link
 * @property {HTMLTableCellElement} quality
 * @property {Measure | undefined} measure
 */

const FIRST = 24; // about a screen: these are there in the frame of the keystroke
const AT_ONCE = 400; // so many follow soon, so that the browser's own search finds them
const STEP = 60;
const REST = 200; // milliseconds without a keystroke before more follow

/** The table body and what it shows. */
export class Table {
  #body;
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
   * @param {(model: Model) => void} open called with the model of a row that is chosen
   */
  constructor(body, end, open) {
    this.#body = body;
    body.addEventListener("keydown", (event) => this.#move(event));
    body.addEventListener("click", (event) => {
      const row = this.#rows[this.#indexOf(event)];
      if (!row || isForBrowser(event) || !getSelection()?.isCollapsed) return;
      event.preventDefault();
      open(row.model);
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

  /** @param {KeyboardEvent} event */
  #move(event) {
    const index = this.#indexOf(event);
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
      row = made(model);
      this.#made.set(model, row);
    }
    if (row.measure !== this.#measure) {
      row.measure = this.#measure;
      row.quality.textContent = this.#measure ? figure(model.figures[this.#measure.key]) : "";
    }
    row.link.tabIndex = -1;
    return row;
  }
}

/**
 * @param {Model} model
 * @returns {Row}
 */
function made(model) {
  const link = make("a", { href: `#${model.id}`, tabindex: "-1" }, model.id);
  const repository = make("span", { class: "sub" }, model.repository);
  const name = make(
    "th",
    { scope: "row", class: "c-id" },
    link,
    ...tags(model),
    repository,
    folded(model),
  );
  const quality = cell("quality");
  const element = make(
    "tr",
    {},
    name,
    make("td", { class: "c-type" }, mark(model.type), model.type.name),
    cell("size", model.get("parameters")),
    cell("dim", grouped(model.dim)),
    cell("context", grouped(model.context)),
    quality,
    cell("license", licence(model)),
    cell("released", model.released),
  );
  return { element, model, link, quality, measure: undefined };
}

/**
 * @param {string} column
 * @param {string} text
 */
function cell(column, text = "") {
  return make("td", { class: `c-${column}` }, text);
}

/**
 * What narrow screens have no column for.
 * @param {Model} model
 */
function folded(model) {
  const { dim, context } = model;
  const parts = new Map([
    ["type", model.type.name],
    ["dim", dim && `${grouped(dim)} dim`],
    ["context", context && `${grouped(context)} context`],
    ["license", licence(model)],
  ]);
  const spans = [...parts].map(([column, text]) =>
    text ? [make("span", { class: `f-${column}` }, text)] : [],
  );
  return make("span", { class: "fold" }, ...spans.flat());
}

/**
 * A licence in a word or two.
 * @param {Model} model
 */
function licence(model) {
  return model.license?.includes("://") ? "its own" : (model.license ?? "");
}
