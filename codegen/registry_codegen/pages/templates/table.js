/* The table: rows are made once, when first shown, and only as many as can be seen soon. */

import { figure, grouped } from "./data.js";
import { keepOneInTabOrder, make } from "./dom.js";
import { mark, tags } from "./marks.js";

const FIRST = 24; // about a screen: these are there in the frame of the keystroke
const AT_ONCE = 400; // so many follow soon, so that the browser's own search finds them
const STEP = 60;
const REST = 200; // milliseconds without a keystroke before more follow

/** The table body and what it shows. `open` is called with the model of a row that is chosen. */
export class Table {
  #body;
  #rows = new Map(); // by model
  #shown = [];
  #count = 0;
  #measure;
  #later;

  constructor(element, end, open) {
    this.#body = element.tBodies[0];
    this.#body.addEventListener("keydown", (event) => this.#move(event));
    this.#body.addEventListener("click", (event) => {
      const row = event.target.closest("tr");
      const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      if (!row || elsewhere || !getSelection().isCollapsed) return;
      event.preventDefault();
      open(row.model);
    });
    new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && this.#grow(STEP),
      { rootMargin: "600px" },
    ).observe(end);
  }

  /** Show these models, with the figures of a measure. */
  show(models, measure) {
    this.#measure = measure;
    this.#shown = models;
    this.#count = Math.min(FIRST, models.length);
    this.#place(models.slice(0, FIRST).map((model) => this.#row(model)));
    keepOneInTabOrder(this.#links(), this.#links()[0]);
    clearTimeout(this.#later);
    this.#growLater();
  }

  /** Have every row in the document: paper is not scrolled. */
  showAll() {
    this.#grow(this.#shown.length - this.#count);
  }

  /** Put the focus on the row of a model, or on the first one. */
  focus(model = this.#shown[0]) {
    const index = this.#shown.indexOf(model);
    if (index >= 0) this.#focusAt(index);
  }

  /** Rows that stay keep their place in the document, and the browser its layout of them. */
  #place(rows) {
    const wanted = new Set(rows);
    for (const row of [...this.#body.rows]) if (!wanted.has(row)) row.remove();
    let next = this.#body.firstElementChild;
    for (const row of rows) {
      if (row === next) next = row.nextElementSibling;
      else this.#body.insertBefore(row, next);
    }
  }

  #growLater() {
    if (this.#count >= Math.min(AT_ONCE, this.#shown.length)) return;
    this.#later = setTimeout(() => {
      this.#grow(STEP);
      this.#growLater();
    }, REST);
  }

  #grow(step) {
    const more = this.#shown
      .slice(this.#count, this.#count + step)
      .map((model) => this.#row(model));
    this.#count += more.length;
    this.#body.append(...more);
  }

  #links() {
    return [...this.#body.rows].map((row) => row.link);
  }

  #move(event) {
    const index = [...this.#body.rows].indexOf(event.target.closest("tr"));
    const to = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + 10,
      PageUp: index - 10,
      Home: 0,
      End: this.#shown.length - 1,
    }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#focusAt(Math.max(0, Math.min(to, this.#shown.length - 1)));
  }

  #focusAt(index) {
    if (index >= this.#count) this.#grow(index + 1 - this.#count);
    const { link } = this.#body.rows[index];
    keepOneInTabOrder(this.#links(), link);
    link.focus();
  }

  #row(model) {
    let row = this.#rows.get(model);
    if (!row) {
      row = made(model);
      this.#rows.set(model, row);
    }
    if (row.measure !== this.#measure) {
      row.measure = this.#measure;
      row.quality.textContent = figure(model.figures[this.#measure?.key]);
    }
    row.link.tabIndex = -1;
    return row;
  }
}

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
  const quality = cell("quality", "");
  const row = make(
    "tr",
    {},
    name,
    make("td", { class: "c-type" }, mark(model.type), model.type.name),
    cell("size", model.get("parameters")),
    cell("dim", grouped(model.dim)),
    cell("context", grouped(model.context)),
    quality,
    make("td", { class: "c-license" }, licence(model)),
    make("td", { class: "c-released" }, model.released ?? ""),
  );
  return Object.assign(row, { model, link, quality });
}

function cell(column, text = "") {
  return make("td", { class: `c-${column}` }, text);
}

/** What narrow screens have no column for. */
function folded(model) {
  const parts = [
    ["type", model.type.name],
    ["dim", model.dim && `${grouped(model.dim)} dim`],
    ["context", model.context && `${grouped(model.context)} context`],
    ["license", licence(model)],
  ];
  return make(
    "span",
    { class: "fold" },
    ...parts
      .filter(([, text]) => text)
      .map(([column, text]) => make("span", { class: `f-${column}` }, text)),
  );
}

/** A licence in a word or two. */
function licence(model) {
  return model.license?.includes("://") ? "its own" : (model.license ?? "");
}
