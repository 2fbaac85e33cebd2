/* The dialog: the sheet of a model beside the page, or over it where there is no room; comparisons
   always over it. */

import { comparisonOf } from "./comparison.js";
import { around, find, isForBrowser, make } from "./dom.js";
import { sheetOf } from "./sheet.js";

/** @import { Model } from "./data.js" */

const wide = matchMedia("(min-width: 70rem)");

export class Panel {
  #dialog;
  #open;
  #title = document.title;
  /** @type {Model[]} */
  #models = [];

  /**
   * @param {HTMLDialogElement} dialog
   * @param {(models: string) => void} open called with the ids to show instead, "" for none
   */
  constructor(dialog, open) {
    this.#dialog = dialog;
    this.#open = open;
    dialog.addEventListener("click", (event) => {
      const to = around(event, "[data-open]");
      if (!(to instanceof HTMLElement) || isForBrowser(event)) return;
      event.preventDefault();
      open(to.dataset.open ?? "");
    });
    dialog.addEventListener("close", () => {
      if (dialog.open) return; // again, in its other place
      document.body.classList.remove("beside");
      if (this.#models.length) open(""); // Escape closed it
    });
    wide.addEventListener("change", () => {
      if (dialog.open && this.#models.length === 1) this.#move();
    });
  }

  /** Whether the dialog leaves the page usable, and so the keyboard to it. */
  get isBeside() {
    return this.#dialog.open && !this.#dialog.matches(":modal");
  }

  /**
   * Show the sheet of one model, a comparison of several, nothing of none.
   * @param {Model[]} models
   */
  show(models) {
    this.#models = models;
    document.title = [...models.map((model) => model.id), this.#title].join(" · ");
    if (!models.length) {
      if (this.#dialog.open) this.#dialog.close();
      return;
    }
    this.#dialog.classList.toggle("comparison", models.length > 1);
    this.#dialog.replaceChildren(...this.#content(models));
    if (this.#dialog.open && this.isBeside === this.#hasRoom()) this.#focusHeading();
    else this.#move();
    this.#dialog.scrollTo(0, 0);
  }

  /**
   * Say something for a moment.
   * @param {string} text
   */
  say(text) {
    const live = make("p", { class: "said", role: "status" });
    (this.#dialog.open ? this.#dialog : document.body).append(live);
    live.textContent = text;
    setTimeout(() => live.remove(), 4000);
  }

  /** @param {Model[]} models */
  #content(models) {
    const close = () => this.#open("");
    const [model, ...others] = models;
    if (!model || others.length) {
      return comparisonOf(models, {
        close,
        remove: (gone) => this.#open(idsOf(models.filter((each) => each !== gone))),
        share: () => this.#share(),
      });
    }
    return sheetOf(model, {
      close,
      explain: () => this.#dialog.classList.toggle("explained"),
      explained: this.#dialog.classList.contains("explained"),
      say: (text) => this.say(text),
    });
  }

  async #share() {
    try {
      await navigator.clipboard.writeText(location.href);
      this.say("Copied the link to this comparison.");
    } catch {
      this.say("The browser does not let the page copy; the link is in the address bar.");
    }
  }

  #hasRoom() {
    return wide.matches && this.#models.length === 1;
  }

  /** Open the dialog where it belongs now; what was read stays in view. */
  #move() {
    const { scrollTop } = this.#dialog;
    if (this.#dialog.open) this.#dialog.close();
    if (this.#hasRoom()) this.#dialog.show();
    else this.#dialog.showModal();
    document.body.classList.toggle("beside", this.#hasRoom());
    this.#dialog.scrollTop = scrollTop;
    this.#focusHeading();
  }

  #focusHeading() {
    find(this.#dialog, "#page_heading", HTMLElement).focus({ preventScroll: true });
  }
}

/**
 * Models as the address has them.
 * @param {Model[]} models
 */
export function idsOf(models) {
  return models.map((model) => model.id).join(",");
}
