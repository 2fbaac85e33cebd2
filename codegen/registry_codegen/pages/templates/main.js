/* The page: what the person asks for, what they see, and the address that says the same. */

import { Chart } from "./chart.js";
import { fillForm, formState, setForm, showCounts } from "./controls.js";
import { byId, models, sorted } from "./data.js";
import { around, find, isForBrowser, make } from "./dom.js";
import { isFiltering, ORDER, readAddress, search, shownMeasure, writeAddress } from "./query.js";
import { sheetOf } from "./sheet.js";
import { Table } from "./table.js";
import { startTheme } from "./theme.js";

/** @import { Measure } from "./data.js" */
/** @import { State } from "./query.js" */
/** @typedef {ReturnType<typeof setTimeout> | undefined} Timer */

const form = find(document, "#page_filters", HTMLFormElement);
const query = find(document, "#page_query", HTMLInputElement);
const count = find(document, "#page_count", HTMLOutputElement);
const reset = find(document, "#page_reset", HTMLButtonElement);
const none = find(document, ".none", HTMLElement);
const sheet = find(document, "#page_sheet", HTMLDialogElement);
const head = find(document, "#page_models thead", HTMLTableSectionElement);
const folds = ["#page_choices", "#page_chart"].map((id) => find(document, id, HTMLDetailsElement));
const wide = matchMedia("(min-width: 70rem)");
const narrow = matchMedia("(max-width: 40rem)");
const title = document.title;
const DOWN_FIRST = new Set(["quality", "released", "context"]);

let state = readAddress(location.hash);
const table = new Table(
  find(document, "#page_models tbody", HTMLTableSectionElement),
  find(document, ".more", HTMLElement),
  (model) => go({ id: model.id }),
);
const chart = new Chart(find(document, "figure", HTMLElement), (model) => go({ id: model.id }));
let order = { of: "", models };
/** @type {Timer} */
let plotting;

/* ---- What is seen ---- */

function showModels() {
  const measure = shownMeasure(state);
  const { found, counts } = search(state, inOrder(measure));
  table.show(found, measure);
  showCounts(form, counts);
  clearTimeout(plotting);
  plotting = setTimeout(() => chart.show(measure, found), 60); // not between two keystrokes
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
  const by = state.sort.replace(/^-/, "");
  const direction = state.sort === by ? "ascending" : "descending";
  for (const column of head.querySelectorAll("th")) {
    const button = find(column, "button", HTMLButtonElement);
    const { sort } = button.dataset;
    if (sort === by) column.setAttribute("aria-sort", direction);
    else column.removeAttribute("aria-sort");
    if (sort === "quality") {
      button.textContent = measure?.label ?? "Quality";
      column.title = measure?.description ?? "";
    }
  }
}

function showSheet() {
  const model = byId.get(state.id);
  document.title = model ? `${model.id} · ${title}` : title;
  if (!model) {
    if (sheet.open) sheet.close();
    return;
  }
  const explain = () => sheet.classList.toggle("explained");
  const explained = sheet.classList.contains("explained");
  sheet.replaceChildren(
    ...sheetOf(model, { close: () => go({ id: "" }), explain, explained, say }),
  );
  sheet.scrollTop = 0;
  if (!sheet.open) openSheet();
  focusHeading();
}

/** Beside the page where there is room, else over it. */
function openSheet() {
  if (wide.matches) sheet.show();
  else sheet.showModal();
  document.body.classList.toggle("beside", wide.matches);
}

function focusHeading() {
  find(sheet, "#page_heading", HTMLElement).focus({ preventScroll: true });
}

/** @param {string} text */
function say(text) {
  const live = make("p", { class: "said", role: "status" });
  (sheet.open ? sheet : document.body).append(live);
  live.textContent = text;
  setTimeout(() => live.remove(), 4000);
}

/* ---- What is asked for ---- */

/** @type {Timer} */
let later;
let frame = 0;

/**
 * Go somewhere as with a link: the way back leads here.
 * @param {Partial<State>} change
 */
function go(change) {
  keepAddress();
  state = { ...state, ...change };
  history.pushState(null, "", writeAddress(state));
  showSheet();
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

function keepAddress() {
  clearTimeout(later);
  history.replaceState(null, "", writeAddress(state));
}

function arrive() {
  state = readAddress(location.hash);
  setForm(form, state);
  showModels();
  showSheet();
  if (state.id && !byId.has(state.id)) say(`There is no model ${state.id} in this catalogue.`);
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
sheet.addEventListener("click", (event) => {
  const to = around(event, "[data-model]");
  if (!(to instanceof HTMLElement) || isForBrowser(event)) return;
  event.preventDefault();
  go({ id: to.dataset.model ?? "" });
});
sheet.addEventListener("close", () => {
  if (sheet.open) return; // again, in its other place
  document.body.classList.remove("beside");
  if (byId.has(state.id)) go({ id: "" }); // Escape closed it
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
  } else if (event.key === "Escape" && !typing && sheet.open && wide.matches) {
    go({ id: "" });
  }
});
addEventListener("hashchange", arrive);
addEventListener("beforeprint", () => table.showAll());

/* ---- A window that is resized, turned or zoomed ---- */

wide.addEventListener("change", () => {
  if (!sheet.open) return;
  const { scrollTop } = sheet;
  sheet.close();
  openSheet();
  sheet.scrollTop = scrollTop;
  focusHeading();
});
narrow.addEventListener("change", () => {
  // Without a handle, the filters could not be opened.
  if (!narrow.matches) folds[0]?.setAttribute("open", "");
});

/* ---- Begin ---- */

fillForm(form);
startTheme(find(document, "#page_theme", HTMLButtonElement));
if (narrow.matches) for (const fold of folds) fold.open = false;
arrive();
