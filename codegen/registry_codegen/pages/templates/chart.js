/* The plot of quality against size: the whole catalogue, what was not asked for in grey. */

import { drawAxes, MARGIN, scale } from "./axes.js";
import { figure, grouped, models } from "./data.js";
import { around, draw, find, isForBrowser, keepOneInTabOrder, make } from "./dom.js";
import { colorOf, shapeOf } from "./marks.js";
import { whyEmpty } from "./reasons.js";

/** @import { Measure, Model } from "./data.js" */

/**
 * A model in the plot; `on` if it was asked for.
 * @typedef {object} Point
 * @property {Model} model
 * @property {number} x
 * @property {number} y
 * @property {number} value
 * @property {SVGAElement} element
 * @property {boolean} on
 */

const REACH = 26; // pixels from the pointer to the point that it means

export class Chart {
  #plot;
  #caption;
  #open;
  /** @type {Measure | undefined} */
  #measure;
  /** @type {Set<Model>} */
  #found = new Set();
  /** @type {Point[]} */
  #points = [];
  #width = 0;
  #frontier = draw("g", { class: "frontier", "aria-hidden": "true" });
  #tip = make("div", { class: "tip", "aria-hidden": "true", hidden: "" });

  /**
   * @param {HTMLElement} figureElement
   * @param {(model: Model) => void} open called with the model of a point that is chosen
   */
  constructor(figureElement, open) {
    this.#plot = find(figureElement, ".plot", HTMLDivElement);
    this.#caption = find(figureElement, "figcaption", HTMLElement);
    this.#open = open;
    new ResizeObserver(() => {
      if (this.#plot.clientWidth !== this.#width) this.#draw();
    }).observe(this.#plot);
    this.#plot.addEventListener("pointermove", (event) => this.#point(this.#nearest(event)));
    this.#plot.addEventListener("pointerleave", () => this.#point(undefined));
    this.#plot.addEventListener("click", (event) => {
      if (isForBrowser(event)) return;
      event.preventDefault();
      // A key on a point comes as a click without a place.
      const point = this.#under(event) ?? this.#nearest(event);
      if (point) this.#open(point.model);
    });
    this.#plot.addEventListener("focusin", (event) => this.#point(this.#under(event)));
    this.#plot.addEventListener("focusout", () => this.#point(undefined));
    this.#plot.addEventListener("keydown", (event) => this.#move(event));
  }

  /**
   * Show a measure; what was not found is grey.
   * @param {Measure | undefined} measure
   * @param {Model[]} found
   */
  show(measure, found) {
    const same = this.#measure === measure && this.#points.length > 0;
    this.#measure = measure;
    this.#found = new Set(found);
    if (same) this.#highlight();
    else this.#draw();
  }

  #draw() {
    this.#width = this.#plot.clientWidth;
    if (!this.#width) return; // folded away
    this.#points = [];
    this.#plot.replaceChildren();
    if (this.#measure) this.#drawPoints(this.#measure);
    this.#highlight();
  }

  /** @param {Measure} measure */
  #drawPoints({ key, label }) {
    const plotted = models.flatMap((model) => {
      const [size, value] = [model.size, model.figures[key]];
      return size && value !== undefined ? [{ model, value, magnitude: Math.log10(size) }] : [];
    });
    if (!plotted.length) return;
    const width = this.#width;
    const height = Math.round(Math.max(230, Math.min(330, width * 0.42)));
    const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
    const magnitudes = plotted.map((each) => each.magnitude);
    const values = plotted.map((each) => each.value);
    const toX = scale(magnitudes, MARGIN.left, right);
    const toY = scale(values, bottom, MARGIN.top);
    this.#points = plotted
      .map(({ model, value, magnitude }) => {
        const [x, y] = [toX(magnitude), toY(value)];
        return { model, value, x, y, element: pointAt(x, y, model, value), on: true };
      })
      .sort((a, b) => a.x - b.x || b.y - a.y);
    const svg = draw(
      "svg",
      {
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        role: "group",
        "aria-label": `${label} against parameters. Arrow keys move between models by size.`,
      },
      drawAxes(toX, toY, width, height, label),
      this.#frontier,
      draw("g", {}, ...this.#points.map((point) => point.element)),
    );
    this.#plot.replaceChildren(svg, this.#tip);
  }

  #highlight() {
    for (const point of this.#points) {
      const on = this.#found.has(point.model);
      if (on !== point.on) {
        point.on = on;
        point.element.classList.toggle("off", !on);
        point.element.setAttribute("aria-hidden", String(!on));
      }
    }
    const on = this.#on();
    this.#letTabReach(on[0]);
    this.#drawFrontier(on);
    this.#caption.textContent =
      this.#measure && on.length
        ? `${this.#measure.description} Published for ${on.length} of these models. The line follows the best figure up to each size.`
        : whyEmpty([...this.#found], this.#measure);
  }

  /**
   * The best figure up to each size, with the names of the models that reach it.
   * @param {Point[]} on
   */
  #drawFrontier(on) {
    /** @type {Point[]} */
    const best = [];
    for (const point of on) if (point.y < (best.at(-1)?.y ?? Infinity)) best.push(point);
    const steps = best.map(({ x, y }, index) => (index ? `H${x}V${y}` : `M${x} ${y}`)).join("");
    this.#frontier.replaceChildren(draw("path", { d: steps }));
    if (this.#width < 560) return;
    let free = Infinity;
    for (const { model, x, y } of best.toReversed()) {
      const end = x - 8;
      const start = end - model.id.length * 6.4;
      if (end > free || start < MARGIN.left) continue;
      this.#frontier.append(draw("text", { x: end, y: y - 5, "text-anchor": "end" }, model.id));
      free = start - 6;
    }
  }

  #on() {
    return this.#points.filter((point) => point.on);
  }

  /** @param {Point | undefined} point */
  #letTabReach(point) {
    const elements = this.#points.map((each) => each.element);
    keepOneInTabOrder(elements, point?.element);
  }

  /** @param {MouseEvent} event */
  #nearest(event) {
    const box = this.#plot.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    /** @type {Point | undefined} */
    let found;
    let distance = REACH;
    for (const point of this.#points) {
      const away = Math.hypot(point.x - x, point.y - y);
      if (point.on && away < distance) [found, distance] = [point, away];
    }
    return found;
  }

  /** @param {Event} event */
  #under(event) {
    const element = around(event, "a.point");
    return this.#points.find((point) => point.element === element && point.on);
  }

  /** @param {Point | undefined} point */
  #point(point) {
    this.#plot.classList.toggle("near", Boolean(point));
    for (const each of this.#points) each.element.classList.toggle("meant", each === point);
    this.#tip.hidden = !point;
    if (!point) return;
    const { model, x, y, value } = point;
    const size = model.get("parameters") ?? grouped(model.size);
    this.#tip.replaceChildren(
      make("strong", {}, model.id),
      make("span", {}, `${model.type.name} · ${size} · ${figure(value)}`),
    );
    const half = this.#tip.offsetWidth / 2;
    const left = Math.max(half, Math.min(x, this.#width - half));
    const down = y < 70 ? 16 : -16 - this.#tip.offsetHeight;
    this.#tip.style.transform = `translate(${left - half}px, ${y + down}px)`;
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const on = this.#on();
    const index = on.findIndex((point) => point === this.#under(event));
    const to = new Map([
      ["ArrowRight", index + 1],
      ["ArrowUp", index + 1],
      ["ArrowLeft", index - 1],
      ["ArrowDown", index - 1],
      ["Home", 0],
      ["End", on.length - 1],
    ]).get(event.key);
    if (index < 0 || to === undefined) return;
    event.preventDefault();
    const point = on[Math.max(0, Math.min(to, on.length - 1))];
    this.#letTabReach(point);
    point?.element.focus();
  }
}

/**
 * @param {number} x
 * @param {number} y
 * @param {Model} model
 * @param {number} value
 */
function pointAt(x, y, model, value) {
  const { id, type, size } = model;
  return draw(
    "a",
    {
      href: `#${id}`,
      class: `point ${colorOf(type)}`,
      "aria-label": `${id}, ${type.name}, ${grouped(size)} parameters, ${figure(value)}`,
      tabindex: "-1",
    },
    draw("path", { d: shapeOf(type), transform: `translate(${x} ${y})` }),
  );
}
