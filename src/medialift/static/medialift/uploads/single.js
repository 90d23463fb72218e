/**
 * A file in one request: the bare file, or a form with the file as its last field.
 */
import { checkLetIn } from "./blocked.js";
import { Problem } from "./problem.js";
import { patiently, send } from "./send.js";

/** @typedef {import("./site.js").Way} Way */

/** @type {Way} */
export async function single({ file, announced, site, signal, progress, waiting }) {
  let recipe = /** @type {import("./send.js").Recipe} */ (announced.upload);
  let renewed = false;
  return patiently(
    async () => {
      try {
        await send(recipe, file, { signal, progress });
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        if (!problem.status) return arrived(site, announced.ticket, signal, problem);
        if (problem.status !== 403 || problem.messages.length || renewed) throw problem;
        renewed = true; // the signature, or the page's token, may have become too old
        recipe = /** @type {import("./send.js").Recipe} */ (await site.again(announced.ticket, signal));
        await send(recipe, file, { signal, progress });
      }
    },
    { signal, waiting, after: (problem, tried) => checkLetIn(recipe, problem, tried) },
  );
}

/**
 * No answer came, and browsers do not tell how much has left: the file may be there, and some services
 * refuse it a second time.
 *
 * @param {import("./site.js").Site} site
 * @param {string} ticket
 * @param {AbortSignal} signal
 * @param {Problem} problem what stands if it is not there
 */
async function arrived(site, ticket, signal, problem) {
  try {
    return await site.finish(ticket, signal);
  } catch (other) {
    if (other instanceof Problem && (other.code === "not_there" || other.temporary)) throw problem;
    throw other;
  }
}
