/**
 * One request that carries bytes, with its progress; and patience with lines that break.
 */
import { Problem, passes } from "./problem.js";

/**
 * @typedef {object} Recipe
 * @property {string} method
 * @property {string} url
 * @property {Record<string, string>} [fields] of a form, before the file
 * @property {Record<string, string>} [headers]
 */

/** Milliseconds without a byte leaving, after which a line counts as dead. */
const SILENCE = 60_000;

/** Milliseconds before each further try. */
const PAUSES = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/**
 * @param {Recipe} recipe
 * @param {Blob} body
 * @param {object} how
 * @param {AbortSignal} how.signal
 * @param {(sent: number) => void} how.progress bytes of *body* that have left
 * @returns {Promise<XMLHttpRequest>} answered, with a status of success
 */
export function send(recipe, body, { signal, progress }) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    let sent = 0;
    let watch = 0;
    const fail = (/** @type {unknown} */ reason) => {
      end();
      reject(reason);
    };
    const cancel = () => {
      request.abort();
      fail(signal.reason);
    };
    const lost = () => fail(new Problem("offline", { temporary: true, sent }));
    const awake = () => {
      clearTimeout(watch);
      watch = setTimeout(() => {
        request.abort();
        lost();
      }, SILENCE);
    };
    const end = () => {
      clearTimeout(watch);
      signal.removeEventListener("abort", cancel);
    };
    request.open(recipe.method, recipe.url);
    for (const [name, value] of Object.entries(recipe.headers ?? {})) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      // A form is a little longer than its file.
      sent = Math.max(0, event.loaded - Math.max(0, event.total - body.size));
      awake();
      progress(sent);
    });
    request.upload.addEventListener("load", () => clearTimeout(watch));
    request.addEventListener("error", lost);
    request.addEventListener("load", () => {
      end();
      if (request.status >= 200 && request.status < 300) resolve(request);
      else reject(refused(request, sent));
    });
    signal.addEventListener("abort", cancel, { once: true });
    awake();
    request.send(packed(recipe, body));
  });
}

/**
 * Try until it works, it makes no sense, or too often.
 *
 * @template T
 * @param {(tried: number) => Promise<T>} attempt
 * @param {object} how
 * @param {AbortSignal} how.signal
 * @param {() => void} [how.waiting] called before each pause
 * @param {(problem: Problem, tried: number) => Promise<void>} [how.after] throws what makes it hopeless
 * @returns {Promise<T>}
 */
export async function patiently(attempt, { signal, waiting, after }) {
  for (let tried = 0; ; tried += 1) {
    try {
      return await attempt(tried);
    } catch (problem) {
      if (!(problem instanceof Problem && problem.temporary) || signal.aborted) throw problem;
      await after?.(problem, tried);
      if (tried >= PAUSES.length) throw problem;
      waiting?.();
      await pause(PAUSES[tried] * (0.75 + Math.random() / 2), signal);
    }
  }
}

/**
 * Wait, and while there is no network at all, for the network.
 *
 * @param {number} time milliseconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(time, signal) {
  return new Promise((resolve, reject) => {
    const end = (/** @type {() => void} */ then) => {
      clearTimeout(timer);
      removeEventListener("online", go);
      signal.removeEventListener("abort", stop);
      then();
    };
    const go = () => end(resolve);
    const stop = () => end(() => reject(signal.reason));
    const timer = setTimeout(() => navigator.onLine && go(), time);
    addEventListener("online", go);
    signal.addEventListener("abort", stop);
  });
}

/** @param {Recipe} recipe @param {Blob} body @returns {XMLHttpRequestBodyInit} */
function packed(recipe, body) {
  if (recipe.method !== "POST") return body;
  const form = new FormData();
  for (const [name, value] of Object.entries(recipe.fields ?? {})) form.append(name, value);
  form.append("file", body);
  return form;
}

/** @param {XMLHttpRequest} request @param {number} sent @returns {Problem} */
function refused(request, sent) {
  const status = request.status;
  const told = { status, sent, temporary: passes(status) };
  try {
    const { code, messages } = JSON.parse(request.responseText).error;
    return new Problem("refused", { ...told, code, messages: Array.isArray(messages) ? messages : [] });
  } catch {
    const code = /<Code>(\w+)<\/Code>/.exec(request.responseText)?.[1] ?? "";
    return new Problem(status === 403 && !code ? "session" : "refused", { ...told, code });
  }
}
