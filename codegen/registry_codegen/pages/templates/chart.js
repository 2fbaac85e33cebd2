/* The plot of quality against size: the whole catalogue, what was not asked for in grey. */

import { drawAxes, MARGIN, scale } from "./axes.js";
import { figure, grouped, models } from "./data.js";
import { draw, keepOneInTabOrder, make } from "./dom.js";
import { colourOf, shapeOf } from "./marks.js";

const REACH = 26; // pixels from the pointer to the point that it means

export class Chart {
  #plot;
  #caption;
  #open;
  #measure;
  #matches = () => true;
  #points = []; // { model, x, y, element, on }
  #width = 0;
  #svg;
  #tip = make("div", { class: "tip", "aria-hidden": "true", hidden: "" });

  /** `open` is called with the model of a point that is chosen. */
  constructor(figureElement, open) {
    this.#plot = figureElement.querySelector(".plot");
    this.#caption = figureElement.querySelector("figcaption");
    this.#open = open;
    new ResizeObserver(() => {
      if (this.#plot.clientWidth !== this.#width) this.#draw();
    }).observe(this.#plot);
    this.#plot.addEventListener("pointermove", (event) => this.#point(this.#nearest(event)));
    this.#plot.addEventListener("pointerleave", () => this.#point(undefined));
    this.#plot.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      // A key on a point comes as a click without a place.
      const point = this.#under(event.target) ?? this.#nearest(event);
      if (point) this.#open(point.model);
    });
    this.#plot.addEventListener("focusin", (event) => this.#point(this.#under(event.target)));
    this.#plot.addEventListener("focusout", () => this.#point(undefined));
    this.#plot.addEventListener("keydown", (event) => this.#move(event));
  }

  /** Show a measure; what does not match is grey. */
  show(measure, matches) {
    const same = this.#measure === measure && this.#svg;
    this.#measure = measure;
    this.#matches = matches;
    if (same) this.#highlight();
    else this.#draw();
  }

  #draw() {
    this.#width = this.#plot.clientWidth;
    if (!this.#width) return; // folded away
    const { key } = this.#measure ?? {};
    const plotted = models.filter((model) => model.size && model.figures[key] !== undefined);
    this.#points = [];
    this.#svg = undefined;
    this.#plot.replaceChildren();
    if (plotted.length) this.#drawPoints(plotted, key);
    this.#highlight();
  }

  #drawPoints(plotted, key) {
    const width = this.#width;
    const height = Math.round(Math.max(230, Math.min(330, width * 0.42)));
    const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
    const sizes = plotted.map((model) => Math.log10(model.size));
    const figures = plotted.map((model) => model.figures[key]);
    const x = scale(sizes, MARGIN.left, right);
    const y = scale(figures, bottom, MARGIN.top);
    this.#points = plotted
      .map((model) => ({ model, x: x(Math.log10(model.size)), y: y(model.figures[key]), on: true }))
      .sort((a, b) => a.x - b.x || b.y - a.y);
    for (const point of this.#points) point.element = this.#element(point, key);
    this.#svg = draw(
      "svg",
      {
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        role: "group",
        "aria-label": `${this.#measure.label} against parameters. Arrow keys move between models by size.`,
      },
      drawAxes(x, y, width, height, this.#measure.label),
      draw("g", { class: "frontier", "aria-hidden": "true" }),
      draw("g", {}, ...this.#points.map((point) => point.element)),
    );
    this.#plot.replaceChildren(this.#svg, this.#tip);
  }

  #element({ model, x, y }, key) {
    const shape = draw("path", { d: shapeOf(model.type), transform: `translate(${x} ${y})` });
    const said = `${model.id}, ${model.type.name}, ${grouped(model.size)} parameters, ${figure(model.figures[key])}`;
    return draw(
      "a",
      {
        href: `#${model.id}`,
        class: `point ${colourOf(model.type)}`,
        "aria-label": said,
        tabindex: "-1",
      },
      shape,
    );
  }

  #highlight() {
    for (const point of this.#points) {
      const on = this.#matches(point.model);
      if (on !== point.on) {
        point.on = on;
        point.element.classList.toggle("off", !on);
        point.element.setAttribute("aria-hidden", String(!on));
      }
    }
    const on = this.#points.filter((point) => point.on);
    keepOneInTabOrder(
      this.#points.map((point) => point.element),
      on[0]?.element,
    );
    this.#drawFrontier(on);
    this.#caption.textContent = this.#measure
      ? `${this.#measure.description} Published for ${on.length} of these models. The line follows the best figure up to each size.`
      : "No model of these types publishes a figure that others can be compared by.";
  }

  /** The best figure up to each size, with the names of the models that reach it. */
  #drawFrontier(on) {
    const layer = this.#svg?.querySelector(".frontier");
    if (!layer) return;
    const best = [];
    for (const point of on) if (!best.length || point.y < best.at(-1).y) best.push(point);
    const steps = best.map(({ x, y }, index) => (index ? `H${x}V${y}` : `M${x} ${y}`)).join("");
    layer.replaceChildren(draw("path", { d: steps }));
    if (this.#width < 560) return;
    let free = Infinity;
    for (const { model, x, y } of best.toReversed()) {
      const end = x - 8;
      const start = end - model.id.length * 6.4;
      if (end > free || start < MARGIN.left) continue;
      layer.append(draw("text", { x: end, y: y - 5, "text-anchor": "end" }, model.id));
      free = start - 6;
    }
  }

  #nearest(event) {
    const box = this.#plot.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let [found, distance] = [undefined, REACH];
    for (const point of this.#points) {
      const away = Math.hypot(point.x - x, point.y - y);
      if (point.on && away < distance) [found, distance] = [point, away];
    }
    return found;
  }

  #under(target) {
    const element = target.closest?.("a.point");
    return this.#points.find((point) => point.element === element && point.on);
  }

  #point(point) {
    this.#plot.classList.toggle("near", Boolean(point));
    for (const each of this.#points) each.element.classList.toggle("meant", each === point);
    this.#tip.hidden = !point;
    if (!point) return;
    const { model, x, y } = point;
    this.#tip.replaceChildren(
      make("strong", {}, model.id),
      make(
        "span",
        {},
        `${model.type.name} · ${model.get("parameters") ?? grouped(model.size)} · ${figure(model.figures[this.#measure.key])}`,
      ),
    );
    const half = this.#tip.offsetWidth / 2;
    const left = Math.max(half, Math.min(x, this.#width - half));
    this.#tip.style.transform = `translate(${left - half}px, ${y + (y < 70 ? 16 : -16 - this.#tip.offsetHeight)}px)`;
  }

  #move(event) {
    const on = this.#points.filter((point) => point.on);
    const index = on.indexOf(this.#under(event.target));
    const to = {
      ArrowRight: index + 1,
      ArrowUp: index + 1,
      ArrowLeft: index - 1,
      ArrowDown: index - 1,
      Home: 0,
      End: on.length - 1,
    }[event.key];
    if (index < 0 || to === undefined) return;
    event.preventDefault();
    const { element } = on[Math.max(0, Math.min(to, on.length - 1))];
    keepOneInTabOrder(
      this.#points.map((point) => point.element),
      element,
    );
    element.focus();
  }
}
