/* Why the plot shows none of the models that were found. */

import { published } from "./query.js";

/** @import { Measure, Model } from "./data.js" */

/**
 * A sentence or two about models none of which can be plotted by a measure.
 * @param {Model[]} found
 * @param {Measure | undefined} measure
 */
export function whyEmpty(found, measure) {
  if (!found.length) return "No model matches all filters.";
  const none = "None of the models found publishes";
  const [most] = published(found.filter((model) => model.size));
  if (measure && found.some((model) => measure.key in model.figures)) {
    return `The models found that publish ${measure.label} do not state their parameters.`;
  }
  if (!measure || !most) return `${none} a figure that can be compared with others.`;
  const others = `${most.count} ${most.count === 1 ? "publishes" : "publish"}`;
  return `${none} ${measure.label}. ${others} ${most.measure.label}: choose it as the quality figure.`;
}
