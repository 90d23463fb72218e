/**
 * A large file in parts, several at a time; what has arrived stays there.
 */
import { checkLetIn } from "./blocked.js";
import { Problem } from "./problem.js";
import { patiently, send } from "./send.js";

/** @typedef {import("./send.js").Recipe} Recipe */
/** @typedef {import("./site.js").Journey} Journey */

/** Parts that are sent at the same time, and addresses that are asked for at once. */
const AT_ONCE = 4;
const ASKED = 12;

/** How often the site is asked what is missing, once all parts seem to be there. */
const ROUNDS = 3;

/** @type {import("./site.js").Way} */
export async function parts(journey) {
  const { announced, site, signal, begun } = journey;
  let arrived = begun ? await asked(journey) : [];
  for (let round = 1; ; round += 1) {
    await sendMissing(journey, new Set(arrived));
    try {
      return await patiently(() => site.finish(announced.ticket, signal), { signal });
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== "incomplete" || round === ROUNDS) throw problem;
      arrived = await asked(journey);
    }
  }
}

/** @param {Journey} journey @returns {Promise<number[]>} the parts that are there */
async function asked({ announced, site, signal, waiting }) {
  const question = { ticket: announced.ticket, arrived: true };
  return (await patiently(() => site.ask(question, signal), { signal, waiting })).arrived;
}

/** @param {Journey} journey @param {Set<number>} arrived */
async function sendMissing(journey, arrived) {
  const { file, announced, signal, progress } = journey;
  const { part_size: size, count } = announced.upload;
  const left = Array.from({ length: count }, (_, at) => at + 1).filter((number) => !arrived.has(number));
  const sliced = (/** @type {number} */ number) => file.slice((number - 1) * size, number * size);
  /** @type {Map<number, number>} bytes that have left, by part */
  const sent = new Map([...arrived].map((number) => [number, sliced(number).size]));
  const told = () => progress([...sent.values()].reduce((all, one) => all + one, 0));
  const recipes = new Recipes(journey, [...left]);
  // The first part that fails for good stops the others.
  const control = new AbortController();
  const stop = () => control.abort(signal.reason);
  signal.addEventListener("abort", stop);
  const worker = async () => {
    for (let number = left.shift(); number; number = left.shift()) {
      const part = number;
      const moved = (/** @type {number} */ bytes) => {
        sent.set(part, bytes);
        told();
      };
      await sendPart({ ...journey, signal: control.signal, progress: moved }, recipes, part, sliced(part));
      moved(sliced(part).size);
    }
  };
  told();
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    control.abort();
    signal.removeEventListener("abort", stop);
  }
}

/** @param {Journey} journey @param {Recipes} recipes @param {number} number @param {Blob} body */
async function sendPart({ signal, progress, waiting }, recipes, number, body) {
  /** @type {Recipe} */
  let recipe;
  let renewed = false;
  const attempt = async () => {
    recipe = await recipes.of(number);
    try {
      await send(recipe, body, { signal, progress });
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 403 || renewed) throw problem;
      renewed = true; // its signature may have become too old
      recipes.renew();
      await send(await recipes.of(number), body, { signal, progress });
    }
  };
  const after = (/** @type {Problem} */ problem, /** @type {number} */ tried) => checkLetIn(recipe, problem, tried);
  await patiently(attempt, { signal, waiting, after });
}

/** The signed addresses of the parts, asked for a few at a time: they do not last. */
class Recipes {
  /** @type {Map<number, Promise<Map<number, Recipe>>>} */
  #asked = new Map();

  /** @param {Journey} journey @param {number[]} numbers in the order in which they are sent */
  constructor({ announced, site, signal }, numbers) {
    this.ticket = announced.ticket;
    this.site = site;
    this.signal = signal;
    this.numbers = numbers;
  }

  renew() {
    this.#asked.clear();
  }

  /** @param {number} number @returns {Promise<Recipe>} */
  async of(number) {
    if (!this.#asked.has(number)) {
      const at = this.numbers.indexOf(number);
      const some = this.numbers.slice(at, at + ASKED);
      const answer = this.#ask(some);
      for (const one of some) this.#asked.set(one, answer);
      answer.catch(() => this.renew());
    }
    return /** @type {Recipe} */ ((await this.#asked.get(number))?.get(number));
  }

  /** @param {number[]} numbers @returns {Promise<Map<number, Recipe>>} */
  async #ask(numbers) {
    const { parts } = await this.site.ask({ ticket: this.ticket, parts: numbers }, this.signal);
    return new Map(parts.map((/** @type {Recipe & {number: number}} */ one) => [one.number, one]));
  }
}
