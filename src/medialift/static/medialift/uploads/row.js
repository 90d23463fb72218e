/**
 * One file as the visitor sees it: its name, how far it is, and what can be done about it.
 */

/** @typedef {"waiting" | "sending" | "checking" | "done" | "failed"} State */

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/** The language of the page, or the browser's own. */
const language = () => document.documentElement.lang || undefined;

/** @param {number} count of bytes @returns {string} as people write it */
export function sized(count) {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(count, 1)) / 3));
  const style = { style: "unit", unit: UNITS[step], unitDisplay: step ? "short" : "long", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language(), /** @type {Intl.NumberFormatOptions} */ (style)).format(count / 1000 ** step);
}

/** @param {number} part from 0 to 1 @returns {string} */
const percent = (part) => new Intl.NumberFormat(language(), { style: "percent" }).format(part);

/** @param {string} text @param {{name: string, reason?: string}} values @returns {string} */
export const filled = (text, { name, reason = "" }) => text.replace("{name}", () => name).replace("{reason}", () => reason);

export class Row {
  /**
   * @param {HTMLElement} element a list item, as the page brought it
   * @param {Record<string, string>} words
   */
  constructor(element, words) {
    this.element = element;
    this.words = words;
    this.retry = /** @type {HTMLButtonElement} */ (this.#part("retry"));
    this.remove = /** @type {HTMLButtonElement} */ (this.#part("remove"));
    this.retry.textContent = words.retry;
    this.bar = /** @type {HTMLProgressElement} */ (element.querySelector("progress"));
    this.name = this.#part("name").textContent ?? "";
    this.size = 0;
  }

  /** @returns {State} */
  get state() {
    return /** @type {State} */ (this.element.dataset.state);
  }

  /** @param {File} file @returns {Row} */
  of(file) {
    [this.name, this.size] = [file.name, file.size];
    this.#part("name").textContent = file.name;
    this.#part("size").textContent = sized(file.size);
    return this;
  }

  /** @param {State} state @param {object} [more] @param {number} [more.sent] bytes @param {string} [more.reason] */
  show(state, { sent = 0, reason = "" } = {}) {
    const part = this.size ? sent / this.size : 0;
    const focused = this.element.contains(document.activeElement);
    this.element.dataset.state = state;
    this.#part("state").textContent = state === "sending" ? percent(part) : this.words[state];
    this.#button(this.remove, state === "done" || state === "failed" ? this.words.remove : this.words.cancel);
    this.#button(this.retry, this.words.retry);
    this.retry.hidden = state !== "failed";
    this.bar.hidden = state === "done" || state === "failed";
    this.bar.setAttribute("aria-label", `${this.words.sending}: ${this.name}`);
    if (state === "checking") this.bar.removeAttribute("value");
    else this.bar.value = part;
    const problem = this.#part("problem");
    problem.textContent = reason;
    problem.hidden = !reason;
    if (focused && document.activeElement === document.body) this.remove.focus();
  }

  /** @param {string} name of the form's field @param {string} receipt */
  keep(name, receipt) {
    const input = document.createElement("input");
    [input.type, input.name, input.value] = ["hidden", name, receipt];
    this.element.append(input);
  }

  /** @param {HTMLButtonElement} button @param {string} word */
  #button(button, word) {
    if (button.textContent !== word) button.textContent = word;
    button.setAttribute("aria-label", `${word}: ${this.name}`);
  }

  /** @param {string} name @returns {HTMLElement} */
  #part(name) {
    return /** @type {HTMLElement} */ (this.element.querySelector(`.medialift-upload-${name}`));
  }
}
