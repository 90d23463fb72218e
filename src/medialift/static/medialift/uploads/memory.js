/**
 * What this browser remembers of an upload that takes long, so that it goes on after a reload.
 */

/** @typedef {import("./site.js").Announced} Announced */

/** Milliseconds after which a ticket is no longer taken: six hours. */
const LIFE = 6 * 3_600_000;

export class Memory {
  /** @param {string} url of the field's uploads @param {File} file */
  constructor(url, file) {
    this.key = ["medialift", url, file.name, file.size, file.lastModified].join(":");
  }

  /** @returns {string} the ticket of an upload of this file that was begun; empty if there is none */
  find() {
    return attempt(() => {
      const { ticket, since } = JSON.parse(localStorage.getItem(this.key) ?? "{}");
      return typeof ticket === "string" && Date.now() - since < LIFE ? ticket : "";
    }, "");
  }

  /** @param {string} ticket */
  keep(ticket) {
    attempt(() => localStorage.setItem(this.key, JSON.stringify({ ticket, since: Date.now() })), undefined);
  }

  forget() {
    attempt(() => localStorage.removeItem(this.key), undefined);
  }

  /**
   * Do *work* with this memory, or with none while another tab sends the same file.
   *
   * @template T
   * @param {(memory: Memory | null) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async alone(work) {
    if (!navigator.locks) return work(this);
    return await navigator.locks.request(this.key, { ifAvailable: true }, (lock) => work(lock && this));
  }
}

/**
 * A browser may forbid a page to remember anything, or have no room left.
 *
 * @template T
 * @param {() => T} action
 * @param {T} otherwise
 * @returns {T}
 */
function attempt(action, otherwise) {
  try {
    return action();
  } catch {
    return otherwise;
  }
}
