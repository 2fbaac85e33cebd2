/* The catalogue, unpacked from the JSON block of the page. */

const raw = JSON.parse(document.getElementById("page_data").textContent);
const collator = new Intl.Collator("en", { numeric: true });
const languageNames = new Intl.DisplayNames("en", { type: "language" });

export const importedFrom = raw.package;
export const fields = raw.fields.map(([name, section, description]) => ({
  name,
  section,
  description,
}));
export const measures = new Map(
  raw.measures.map(([key, label, description]) => [key, { key, label, description }]),
);
export const types = new Map(
  raw.types.map(([name, className, description], index) => [
    name,
    { name, className, description, index },
  ]),
);
const numberOf = new Map(fields.map((field, number) => [field.name, number]));

/** In the order of the catalogue. */
export const models = raw.models.map(([type, constant, facts, figures], position) => {
  const get = (name) => facts[numberOf.get(name)];
  const size = get("parameter_count");
  return {
    id: get("id"),
    type: types.get(type),
    constant,
    figures,
    get,
    position,
    role: raw.selected[constant],
    size: size === undefined ? undefined : Number(size), // text where a double cannot hold it
    dim: get("embedding_dim"),
    context: get("context_length"),
    license: get("license"),
    released: get("release_date"),
    repository: get("huggingface_id"),
    deprecated: get("status") === "deprecated",
    text: searched(get, constant),
  };
});
export const byId = new Map(models.map((model) => [model.id, model]));

function searched(get, constant) {
  const names = ["id", "name", "organization", "huggingface_id", "description"].map(get);
  return [...names, constant, ...(get("aliases") ?? [])].join("\n").normalize("NFKC").toLowerCase();
}

/** `de` -> `German`. */
export function languageName(code) {
  try {
    return languageNames.of(code);
  } catch {
    return code;
  }
}

/** 33400000 -> `33M`, for axes and menus. */
export function shortCount(count) {
  const unit = [
    [1e12, "T"],
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "K"],
  ].find(([size]) => count >= size);
  return unit ? `${Number((count / unit[0]).toPrecision(3))}${unit[1]}` : String(count);
}

/** 8192 -> `8,192`; undefined -> nothing. */
export function grouped(number) {
  return number === undefined ? "" : number.toLocaleString("en");
}

/** A figure with the digits that tell models apart: fractions three, points one. */
export function figure(value) {
  return value === undefined ? "" : value.toFixed(value <= 1 ? 3 : 1);
}

/** What the columns of the table are sorted by. */
const sortKeys = new Map([
  ["id", (model) => model.id],
  ["type", (model) => model.type.name],
  ["size", (model) => model.size],
  ["dim", (model) => model.dim],
  ["context", (model) => model.context],
  ["license", (model) => model.license],
  ["released", (model) => model.released],
]);

/** Models by a column (`size`, downwards `-size`); what is unknown comes last either way. */
export function sorted(by, measure) {
  const column = by.replace(/^-/, "");
  const key = column === "quality" ? (model) => model.figures[measure] : sortKeys.get(column);
  if (!key) return models;
  const sign = by.startsWith("-") ? -1 : 1;
  const keyed = models.map((model) => [key(model), model]);
  keyed.sort(([a, left], [b, right]) => {
    if (a === undefined || b === undefined) {
      return (a === undefined) - (b === undefined) || left.position - right.position;
    }
    const order = typeof a === "number" ? a - b : collator.compare(a, b);
    return sign * order || left.position - right.position;
  });
  return keyed.map(([, model]) => model);
}
