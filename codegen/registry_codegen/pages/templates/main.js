/* The page: what the person asks for, what they see, and the address that says the same. */

import { Chart } from "./chart.js";
import { fillForm, formState, setForm, showCounts } from "./controls.js";
import { models, sorted } from "./data.js";
import { around, find } from "./dom.js";
import { idsOf, Panel } from "./panel.js";
import { Picks } from "./picks.js";
import {
  isFiltering,
  MOST,
  openModels,
  ORDER,
  readAddress,
  search,
  shownMeasure,
  writeAddress,
} from "./query.js";
import { Table } from "./table.js";
import { startTheme } from "./theme.js";

/** @import { Measure, Model } from "./data.js" */
/** @import { State } from "./query.js" */
/** @typedef {ReturnType<typeof setTimeout> | undefined} Timer */

const form = find(document, "#page_filters", HTMLFormElement);
const query = find(document, "#page_query", HTMLInputElement);
const count = find(document, "#page_count", HTMLOutputElement);
const reset = find(document, "#page_reset", HTMLButtonElement);
const none = find(document, ".none", HTMLElement);
const head = find(document, "#page_models thead", HTMLTableSectionElement);
const folds = ["#page_choices", "#page_chart"].map((id) => find(document, id, HTMLDetailsElement));
const narrow = matchMedia("(max-width: 40rem)");
const DOWN_FIRST = new Set(["quality", "released", "context"]);

let state = readAddress(location.hash);
const panel = new Panel(find(document, "#page_sheet", HTMLDialogElement), go);
const picks = new Picks(find(document, ".picks", HTMLElement), {
  changed: () => table.showPicks(),
  compare: (models) => go(idsOf(models)),
});
const table = new Table(
  find(document, "#page_models tbody", HTMLTableSectionElement),
  find(document, ".more", HTMLElement),
  { open: (model) => go(model.id), pick, isPicked: (model) => picks.has(model) },
);
const chart = new Chart(find(document, "figure", HTMLElement), (model) => go(model.id));
let order = { of: "", models };
/** @type {Timer} */
let resting;
/** What the head of the table says. */
let ordered = "";

/* ---- What is seen ---- */

function showModels() {
  const measure = shownMeasure(state);
  const { found, counts } = search(state, inOrder(measure));
  table.show(found, measure);
  clearTimeout(resting);
  // The rest is not for the time between two keystrokes.
  resting = setTimeout(() => {
    showCounts(form, counts);
    chart.show(measure, found);
  }, 60);
  const all = `${models.length} model${models.length === 1 ? "" : "s"}`;
  count.textContent = found.length === models.length ? all : `${found.length} of ${all}`;
  reset.hidden = !isFiltering(state);
  none.hidden = found.length > 0;
  showOrder(measure);
}

/**
 * Sorting is for a click, not for every keystroke.
 * @param {Measure | undefined} measure
 */
function inOrder(measure) {
  const key = measure?.key ?? "";
  const of = `${state.sort} ${key}`;
  if (order.of !== of) order = { of, models: sorted(state.sort, key) };
  return order.models;
}

/** @param {Measure | undefined} measure */
function showOrder(measure) {
  if (ordered === order.of) return; // nothing to lay out anew
  ordered = order.of;
  const by = state.sort.replace(/^-/, "");
  const direction = state.sort === by ? "ascending" : "descending";
  for (const column of head.querySelectorAll("th")) {
    const button = column.querySelector("button");
    const sort = button?.dataset.sort;
    if (sort === by) column.setAttribute("aria-sort", direction);
    else column.removeAttribute("aria-sort");
    if (button && sort === "quality") {
      button.textContent = measure?.label ?? "Quality";
      column.title = measure?.description ?? "";
    }
  }
}

function showOpen() {
  const { open } = openModels(state);
  if (open.length > 1) picks.set(open);
  panel.show(open);
}

/* ---- What is asked for ---- */

/** @type {Timer} */
let later;
let frame = 0;

/**
 * Open models as with a link, "" for none: the way back leads here.
 * @param {string} id
 */
function go(id) {
  keepAddress();
  state = { ...state, id };
  history.pushState(null, "", writeAddress(state));
  showOpen();
}

/**
 * Change what is shown in place: now on the screen, soon in the address.
 * @param {Partial<State>} parts
 */
function change(parts) {
  state = { ...state, ...parts };
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(showModels);
  clearTimeout(later);
  later = setTimeout(keepAddress, 250);
}

/** @param {Model} model */
function pick(model) {
  if (!picks.toggle(model)) panel.say(`No more than ${MOST} models can be compared.`);
}

function keepAddress() {
  clearTimeout(later);
  history.replaceState(null, "", writeAddress(state));
}

function arrive() {
  state = readAddress(location.hash);
  setForm(form, state);
  showModels();
  showOpen();
  const [missing] = openModels(state).missing;
  if (missing) panel.say(`There is no model ${missing} in this catalogue.`);
}

/* ---- Who asks ---- */

form.addEventListener("input", () => change(formState(form)));
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => {
  // The form is as it was only after this.
  setTimeout(() => change(formState(form)));
  query.focus();
});
query.addEventListener("keydown", (event) => {
  if (event.isComposing) return; // keys for an input method, which is not done with the word
  if (event.key === "ArrowDown" || event.key === "Enter") {
    event.preventDefault();
    showModels();
    table.focus();
  }
});
head.addEventListener("click", (event) => {
  const button = around(event, "button");
  const sort = button instanceof HTMLElement && button.dataset.sort;
  if (!sort) return;
  const [first, second] = DOWN_FIRST.has(sort) ? [`-${sort}`, sort] : [sort, `-${sort}`];
  const next = new Map([
    [first, second],
    [second, ORDER],
  ]);
  change({ sort: next.get(state.sort) ?? first });
});
find(document, ".skip", HTMLAnchorElement).addEventListener("click", (event) => {
  event.preventDefault();
  table.focus();
});
document.addEventListener("keydown", (event) => {
  const typing = around(event, "input:not([type=checkbox]), select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    query.focus();
    query.select();
  } else if (event.key === "Escape" && !typing && panel.isBeside) {
    go("");
  }
});
addEventListener("hashchange", arrive);
addEventListener("beforeprint", () => table.showAll());

narrow.addEventListener("change", () => {
  // Without a handle, the filters could not be opened.
  if (!narrow.matches) folds[0]?.setAttribute("open", "");
});

/* ---- Begin ---- */

fillForm(form);
startTheme(find(document, "#page_theme", HTMLButtonElement));
if (narrow.matches) for (const fold of folds) fold.open = false;
arrive();
