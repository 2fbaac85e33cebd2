/* The sheet of one model: all that is known of it. */

import { byId, fields, figure, grouped, importedFrom, languageName, measures } from "./data.js";
import { hubLink, link, make } from "./dom.js";
import { mark, tags } from "./marks.js";

const AT_HEAD = new Set(["id", "name", "description", "sources"]);
const HUB_FIELDS = new Set(["huggingface_id", "base_model", "tokenizer_model"]);

/** The content of the sheet; `close` and `say` are for its buttons. */
export function sheetOf(model, { close, explain, explained, say }) {
  const fold = make("button", { type: "button", class: "quiet close" }, "Close");
  fold.addEventListener("click", close);
  const meanings = make(
    "button",
    { type: "button", class: "quiet explain", "aria-pressed": String(explained) },
    "Explain the fields",
  );
  meanings.addEventListener("click", () =>
    meanings.setAttribute("aria-pressed", String(explain())),
  );
  const heading = make("h2", { id: "page_heading", tabindex: "-1" }, model.id);
  return [
    make("div", { class: "head" }, heading, fold),
    make(
      "p",
      { class: "kind" },
      mark(model.type),
      make("code", {}, model.type.className),
      ...tags(model),
    ),
    make(
      "p",
      { class: "about" },
      make("strong", {}, model.get("name")),
      `, by ${model.get("organization")}. `,
      model.get("description"),
    ),
    successor(model),
    importLine(model, say),
    make(
      "p",
      { class: "out" },
      hubLink(model.repository, "Open on the Hub", model.get("revision")),
    ),
    summary(model),
    meanings,
    ...sections(model),
    sources(model),
  ].filter(Boolean);
}

function successor(model) {
  const next = byId.get(model.get("superseded_by"));
  return (
    next &&
    make(
      "p",
      { class: "notice" },
      "Superseded by ",
      make("a", { href: `#${next.id}`, "data-model": next.id }, next.id),
      ".",
    )
  );
}

function importLine(model, say) {
  const line = importedFrom ? `from ${importedFrom} import ${model.constant}` : model.constant;
  const code = make("code", {}, line);
  const button = make("button", { type: "button", class: "copy" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(line);
      say(`Copied: ${line}`);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 2000);
    } catch {
      getSelection().selectAllChildren(code);
      say("The browser does not let the page copy; the line is selected.");
    }
  });
  return make("div", { class: "import" }, code, button);
}

function summary(model) {
  const figures = Object.entries(model.figures).map(([key, value]) => [
    measures.get(key).label,
    figure(value),
  ]);
  const pairs = [
    ["Parameters", model.get("parameters")],
    ["Dimensions", grouped(model.dim)],
    ["Context", grouped(model.context)],
    ...figures,
  ].filter(([, text]) => text);
  return make(
    "dl",
    { class: "summary" },
    ...pairs.map(([term, text]) => make("div", {}, make("dt", {}, term), make("dd", {}, text))),
  );
}

function sections(model) {
  const grouping = new Map();
  for (const field of fields) {
    const value = model.get(field.name);
    if (value === undefined || AT_HEAD.has(field.name)) continue;
    if (!grouping.has(field.section)) grouping.set(field.section, []);
    grouping.get(field.section).push([field, value]);
  }
  return [...grouping].map(([title, known]) => {
    const alone = known.length === 1 && known[0][0].name === title.toLowerCase();
    const facts = known.map(([field, value]) => fact(field, value, model));
    return make(
      "section",
      {},
      make("h3", {}, title),
      make("dl", { class: alone ? "facts alone" : "facts" }, ...facts),
    );
  });
}

function fact(field, value, model) {
  const name = field.name
    .split("_")
    .flatMap((part, index) => (index ? [make("wbr"), `_${part}`] : [part]));
  return make(
    "div",
    {},
    make("dt", {}, make("code", {}, ...name)),
    make("dd", {}, ...shown(field.name, value, model)),
    make("dd", { class: "meaning" }, field.description),
  );
}

/** A value as nodes and texts. */
function shown(name, value, model) {
  if (HUB_FIELDS.has(name)) return [hubLink(value)];
  if (name === "revision") return [hubLink(model.repository, make("code", {}, value), value)];
  if (name === "license") return [value.includes("://") ? link(value) : value];
  if (name === "languages")
    return [value.map((code) => `${languageName(code)} (${code})`).join(", ")];
  if (name === "superseded_by")
    return [make("a", { href: `#${value}`, "data-model": value }, value)];
  if (name.endsWith("_prompt")) return [make("code", { class: "prompt" }, value)];
  if (name === "variants") return [make("ul", {}, ...value.map(variant))];
  if (Array.isArray(value)) return [value.join(", ")];
  if (typeof value === "object") return [make("pre", {}, JSON.stringify(value, null, 2))];
  return [plain(value)];
}

function variant({ id, huggingface_id: repository, ...rest }) {
  const known = Object.entries(rest).map(
    ([key, value]) => `${key.replaceAll("_", " ")} ${plain(value)}`,
  );
  const from = repository === undefined ? [] : [" · ", hubLink(repository)];
  return make("li", {}, make("strong", {}, id), ` ${known.join(" · ")}`, ...from);
}

function plain(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Number.isInteger(value) ? grouped(value) : String(value);
}

function sources(model) {
  const names = model.get("sources") ?? [];
  return (
    names.length &&
    make(
      "section",
      {},
      make("h3", {}, "Sources"),
      make("ul", {}, ...names.map((name) => make("li", {}, link(name)))),
    )
  );
}
