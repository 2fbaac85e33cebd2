/* Building elements. Text goes in as text: nothing of a catalogue can become markup. */

/** An element with attributes; a child that is no node becomes a text node. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** The same for what lies in an SVG. */
export function draw(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A link to another site if the address is an https one, else its text alone. */
export function link(address, text = address) {
  if (!URL.canParse(address) || new URL(address).protocol !== "https:") return text;
  return make("a", { href: address, rel: "noreferrer" }, text);
}

/** A link to a repository on the Hub, at a commit if one is given. */
export function hubLink(repository, text = repository, revision = undefined) {
  const path = repository.split("/").map(encodeURIComponent).join("/");
  const commit = revision === undefined ? "" : `/tree/${encodeURIComponent(revision)}`;
  return link(`https://huggingface.co/${path}${commit}`, text);
}

/** Let Tab reach one of `items` only: from there, arrow keys move the focus. */
export function keepOneInTabOrder(items, one) {
  for (const item of items) item.tabIndex = item === one ? 0 : -1;
}
