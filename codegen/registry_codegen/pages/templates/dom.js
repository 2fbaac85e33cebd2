/* Finding and building elements. Text goes in as text: nothing of a catalogue becomes markup. */

/** @typedef {Record<string, string | number>} Attributes */
/** @typedef {Node | string} Content */

/**
 * The element that the page is sure to have; it comes from the template.
 * @template {Element} E
 * @param {ParentNode} within
 * @param {string} selector
 * @param {new () => E} kind
 * @returns {E}
 */
export function find(within, selector, kind) {
  const found = within.querySelector(selector);
  if (found instanceof kind) return found;
  throw new TypeError(`${selector} is not a ${kind.name}`);
}

/**
 * The element around the target of an event, if there is one.
 * @param {Event} event
 * @param {string} selector
 */
export function around(event, selector) {
  return event.target instanceof Element ? event.target.closest(selector) : null;
}

/**
 * Whether a click or a key is for the browser: with Ctrl, a link opens in another tab.
 * @param {MouseEvent | KeyboardEvent} event
 */
export function isForBrowser(event) {
  return event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
}

/**
 * An element with attributes; a child that is not a node becomes a text node.
 * @template {keyof HTMLElementTagNameMap} N
 * @param {N} name
 * @param {Attributes} attributes
 * @param {Content[]} children
 * @returns {HTMLElementTagNameMap[N]}
 */
export function make(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/**
 * A button that does something.
 * @param {string} text
 * @param {string} look its class
 * @param {() => void} deed
 */
export function button(text, look, deed) {
  const made = make("button", { type: "button", class: look }, text);
  made.addEventListener("click", deed);
  return made;
}

/**
 * The same for elements of an SVG.
 * @template {keyof SVGElementTagNameMap} N
 * @param {N} name
 * @param {Attributes} attributes
 * @param {Content[]} children
 * @returns {SVGElementTagNameMap[N]}
 */
export function draw(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Attributes} attributes
 * @param {Content[]} children
 */
function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * A link to another site if the address is an https one, else its text alone.
 * @param {string} address
 * @param {Content} text
 * @returns {Content}
 */
export function link(address, text = address) {
  if (!URL.canParse(address) || new URL(address).protocol !== "https:") return text;
  return make("a", { href: address, rel: "noreferrer" }, text);
}

/**
 * A link to a repository on the Hub, at a commit if one is given.
 * @param {string} repository
 * @param {Content} text
 * @param {string} [revision]
 */
export function hubLink(repository, text = repository, revision) {
  const path = repository.split("/").map(encodeURIComponent).join("/");
  const commit = revision === undefined ? "" : `/tree/${encodeURIComponent(revision)}`;
  return link(`https://huggingface.co/${path}${commit}`, text);
}

/**
 * Let Tab reach one of `items` only: from there, arrow keys move the focus.
 * @template {HTMLElement | SVGElement} E
 * @param {E[]} items
 * @param {E | undefined} one
 */
export function keepOneInTabOrder(items, one) {
  for (const item of items) {
    const index = item === one ? 0 : -1;
    if (item.tabIndex !== index) item.tabIndex = index;
  }
}
