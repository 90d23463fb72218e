/**
 * What went wrong, in words for the visitor, and whether trying again may help.
 */
export class Problem extends Error {
  /**
   * @param {string} word the key of what to say, in the words that the page brought along
   * @param {object} [more]
   * @param {string[]} [more.messages] what the site said itself: said instead
   * @param {string} [more.code] the site's own name of the refusal
   * @param {number} [more.status] of the answer; 0 without one
   * @param {boolean} [more.temporary] trying again may help
   * @param {number} [more.sent] bytes that had left
   */
  constructor(word, { messages = [], code = "", status = 0, temporary = false, sent = 0 } = {}) {
    super(code || word);
    this.name = "Problem";
    this.word = word;
    this.messages = messages;
    this.code = code;
    this.status = status;
    this.temporary = temporary;
    this.sent = sent;
  }

  /** @param {Record<string, string>} words @returns {string} */
  said(words) {
    return this.messages.join(" ") || words[this.word] || words.broken;
  }
}

/** @param {number} status @returns {boolean} whether a server that answers so may change its mind */
export const passes = (status) => status === 408 || status === 429 || status >= 500;
