/* The frame of the plot: from values to pixels, and round values along the way. */

import { shortCount } from "./data.js";
import { draw } from "./dom.js";

/** @import { Attributes } from "./dom.js" */
/** @typedef {ReturnType<typeof scale>} Scale */

export const MARGIN = { left: 46, right: 18, top: 14, bottom: 42 };

/**
 * A linear scale from the range of values, with some room around it, to pixels.
 * @param {number[]} values
 * @param {number} from
 * @param {number} to
 */
export function scale(values, from, to) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // Values that only rounding tells apart are one value: no tick would fit between them.
  const span = most - least > 1e-9 * Math.abs(most) ? most - least : Math.abs(most);
  const margin = Math.max(0.07 * span, 1e-9);
  const [low, high] = [least - margin, most + margin];
  /** @param {number} value */
  const pixels = (value) => {
    const exact = from + ((value - low) / (high - low)) * (to - from);
    return Math.round(10 * exact) / 10;
  };
  return Object.assign(pixels, { low, high });
}

/**
 * Lines and labels: `x` is a scale of log10 of sizes, `y` one of figures.
 * @param {Scale} x
 * @param {Scale} y
 * @param {number} width
 * @param {number} height
 * @param {string} label
 */
export function drawAxes(x, y, width, height, label) {
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
  const axes = draw("g", { class: "axes", "aria-hidden": "true" });
  for (const size of sizeTicks(x.low, x.high, width)) {
    const at = x(Math.log10(size));
    axes.append(
      draw("line", { x1: at, x2: at, y1: MARGIN.top, y2: bottom }),
      text(shortCount(size), { x: at, y: bottom + 16 }),
    );
  }
  for (const value of roundTicks(y.low, y.high)) {
    axes.append(
      draw("line", { x1: MARGIN.left, x2: right, y1: y(value), y2: y(value) }),
      text(String(value), { x: MARGIN.left - 8, y: y(value) + 4, "text-anchor": "end" }),
    );
  }
  const turned = `translate(12 ${(MARGIN.top + bottom) / 2}) rotate(-90)`;
  axes.append(
    text("Parameters (log scale)", { class: "label", x: (MARGIN.left + right) / 2, y: height - 6 }),
    text(label, { class: "label", transform: turned }),
  );
  return axes;
}

/**
 * @param {string} content
 * @param {Attributes} attributes
 */
function text(content, attributes) {
  return draw("text", { "text-anchor": "middle", ...attributes }, content);
}

/**
 * Powers of ten, and thirds of the way where there is room.
 * @param {number} low
 * @param {number} high
 * @param {number} width
 */
function sizeTicks(low, high, width) {
  const factors = width / (high - low) > 150 ? [1, 3] : [1];
  const ticks = [];
  for (let power = Math.floor(low); power <= high; power++) {
    ticks.push(...factors.map((factor) => factor * 10 ** power));
  }
  return ticks.filter((size) => Math.log10(size) >= low && Math.log10(size) <= high);
}

/**
 * About five round values.
 * @param {number} low
 * @param {number} high
 */
function roundTicks(low, high) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const ticks = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
    ticks.push(Number(value.toFixed(digits)));
  }
  return ticks;
}
