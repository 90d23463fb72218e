/**
 * The questions to the site: what may be sent, has it arrived, forget it.
 */
import { Problem, passes } from "./problem.js";

/**
 * @typedef {object} Told what the page brought along
 * @property {string} url
 * @property {{cookie: string, header: string}} csrf
 * @property {Record<string, string>} words
 * @property {boolean} required
 */

/** @typedef {{kind?: string, [more: string]: any}} How how a file is to be sent */
/** @typedef {{ticket: string, upload: How}} Announced */
/** @typedef {{receipt: string, name: string, size: number, type: string}} Finished */

/**
 * @typedef {object} Journey
 * @property {File} file
 * @property {Announced} announced
 * @property {boolean} begun before this page was loaded
 * @property {Site} site
 * @property {AbortSignal} signal
 * @property {(sent: number) => void} progress bytes of the file that have left
 * @property {() => void} waiting called when the line is lost, before it is tried again
 */

/** @typedef {(journey: Journey) => Promise<Finished | void>} Way sends the file; tells if it finished too */

export class Site {
  /** @param {Told} told @param {HTMLElement} element where the page keeps its token */
  constructor(told, element) {
    this.told = told;
    this.element = element;
  }

  /** @param {File} file @param {AbortSignal} signal @returns {Promise<Announced>} */
  announce(file, signal) {
    return this.ask({ name: file.name, size: file.size }, signal);
  }

  /** @param {string} ticket @param {AbortSignal} signal @returns {Promise<Finished>} */
  finish(ticket, signal) {
    return this.ask({ ticket }, signal);
  }

  /** @param {string} ticket @param {AbortSignal} signal @returns {Promise<How>} signed anew */
  async again(ticket, signal) {
    return (await this.ask({ ticket, again: true }, signal)).upload;
  }

  /** Remove what has arrived; whether that works is not for the visitor to know. @param {string} ticket */
  async forget(ticket) {
    const headers = { "X-Upload-Ticket": ticket, ...this.#token() };
    await fetch(this.told.url, { method: "DELETE", headers, keepalive: true }).catch(() => undefined);
  }

  /** @param {object} question @param {AbortSignal} signal @returns {Promise<any>} */
  async ask(question, signal) {
    const headers = { "Content-Type": "application/json", Accept: "application/json", ...this.#token() };
    const body = JSON.stringify(question);
    let answer;
    try {
      answer = await fetch(this.told.url, { method: "POST", headers, body, signal });
    } catch (error) {
      signal.throwIfAborted();
      throw new Problem("offline", { temporary: true });
    }
    // A page of a proxy, of the login, or of Django's CSRF check is no JSON.
    const said = await answer.json().catch(() => null);
    if (answer.ok && said && !answer.redirected) return said;
    const { code = "", messages = [] } = said?.error ?? {};
    const word = answer.redirected || answer.status === 403 ? "session" : "broken";
    // A freeze takes minutes, and its message says so; a mistake of the site's stays one.
    const temporary = passes(answer.status) && answer.status !== 500 && code !== "frozen";
    throw new Problem(word, { status: answer.status, code, messages, temporary });
  }

  /** @returns {Record<string, string>} read each time: signing in elsewhere changes it */
  #token() {
    const { cookie, header } = this.told.csrf;
    const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${cookie}=`));
    const input = /** @type {HTMLInputElement | null} */ (
      this.element.closest("form")?.querySelector("[name=csrfmiddlewaretoken]") ??
        document.querySelector("[name=csrfmiddlewaretoken]")
    );
    const token = found ? found.slice(cookie.length + 1) : input?.value;
    return token ? { [header]: token } : {};
  }
}
