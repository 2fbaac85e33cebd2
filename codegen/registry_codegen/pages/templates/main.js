/* The page: what the person asks for, what they see, and the address that says the same. */

import { Chart } from "./chart.js";
import { fillForm, formState, setForm } from "./controls.js";
import { byId, models, sorted } from "./data.js";
import { make } from "./dom.js";
import { filter, isFiltering, readAddress, shownMeasure, writeAddress } from "./query.js";
import { sheetOf } from "./sheet.js";
import { Table } from "./table.js";
import { startTheme } from "./theme.js";

const element = (id) => document.getElementById(`page_${id}`);
const [form, query, count, reset, sheet, head] = [
  element("filters"),
  element("query"),
  element("count"),
  element("reset"),
  element("sheet"),
  element("models").tHead,
];
const wide = matchMedia("(min-width: 70rem)");
const narrow = matchMedia("(max-width: 40rem)");
const title = document.title;
const DOWN_FIRST = new Set(["quality", "released", "context"]);

let state = readAddress(location.hash);
const table = new Table(element("models"), document.querySelector(".more"), (model) =>
  go({ id: model.id }),
);
const chart = new Chart(element("chart").querySelector("figure"), (model) => go({ id: model.id }));
let order = { of: undefined, models };
let plotting;

/* ---- What is seen ---- */

function showModels() {
  const measure = shownMeasure(state);
  const matches = filter(state);
  const found = inOrder(measure).filter(matches);
  table.show(found, measure);
  clearTimeout(plotting);
  plotting = setTimeout(() => chart.show(measure, matches), 60); // not between two keystrokes
  const all = `${models.length} model${models.length === 1 ? "" : "s"}`;
  count.textContent = found.length === models.length ? all : `${found.length} of ${all}`;
  reset.hidden = !isFiltering(state);
  document.querySelector(".none").hidden = found.length > 0;
  showOrder(measure);
}

/** Sorting is for a click, not for every keystroke. */
function inOrder(measure) {
  const of = `${state.sort} ${measure?.key}`;
  if (order.of !== of) order = { of, models: sorted(state.sort, measure?.key) };
  return order.models;
}

function showOrder(measure) {
  for (const button of head.querySelectorAll("button")) {
    const column = button.closest("th");
    if (button.dataset.sort === state.sort) column.setAttribute("aria-sort", "ascending");
    else if (`-${button.dataset.sort}` === state.sort)
      column.setAttribute("aria-sort", "descending");
    else column.removeAttribute("aria-sort");
    if (button.dataset.sort === "quality") {
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
  element("heading").focus({ preventScroll: true });
}

/** Beside the page where there is room, else over it. */
function openSheet() {
  if (wide.matches) sheet.show();
  else sheet.showModal();
  document.body.classList.toggle("beside", wide.matches);
}

function say(text) {
  const live = make("p", { class: "said", role: "status" });
  (sheet.open ? sheet : document.body).append(live);
  live.textContent = text;
  setTimeout(() => live.remove(), 4000);
}

/* ---- What is asked for ---- */

let later;
let frame;

/** Go somewhere as with a link: the way back leads here. */
function go(change) {
  keepAddress();
  state = { ...state, ...change };
  history.pushState(null, "", writeAddress(state));
  showSheet();
}

/** Change what is shown in place: now on the screen, soon in the address. */
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
  const sort = event.target.closest("button")?.dataset.sort;
  if (!sort) return;
  const [up, down] = [sort, `-${sort}`];
  const [first, second] = DOWN_FIRST.has(sort) ? [down, up] : [up, down];
  change({ sort: state.sort === first ? second : first });
});
sheet.addEventListener("click", (event) => {
  const id = event.target.closest("[data-model]")?.dataset.model;
  if (id === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go({ id });
});
sheet.addEventListener("close", () => {
  if (sheet.open) return; // again, in its other place
  document.body.classList.remove("beside");
  if (byId.has(state.id)) go({ id: "" }); // Escape closed it
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  table.focus();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=checkbox]), select");
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
  element("heading").focus({ preventScroll: true });
});
narrow.addEventListener("change", () => {
  if (!narrow.matches) element("choices").open = true; // which has no handle here
});

/* ---- Begin ---- */

fillForm(form);
startTheme(element("theme"));
if (narrow.matches) {
  for (const part of ["choices", "chart"]) element(part).open = false;
}
arrive();
