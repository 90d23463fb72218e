/**
 * One file's way: announced, sent, looked at.
 */
import { chunks } from "./chunks.js";
import { Memory } from "./memory.js";
import { parts } from "./parts.js";
import { Problem } from "./problem.js";
import { patiently } from "./send.js";
import { single } from "./single.js";
import { tus } from "./tus.js";

/** @typedef {import("./site.js").Announced} Announced */
/** @typedef {import("./site.js").Finished} Finished */
/** @typedef {import("./site.js").Journey} Journey */
/** @typedef {import("./site.js").Site} Site */
/** @typedef {import("./site.js").Way} Way */

/** @typedef {{signal: AbortSignal, tell: (stage: "sending" | "checking" | "lost", sent: number) => void}} How */

/** @type {Record<string, Way>} */
const WAYS = { single, parts, tus, cloudinary: chunks, arrived: async () => undefined };

/** Kinds of which something is left after a reload. */
const LASTING = ["parts", "tus"];

/**
 * @param {File} file
 * @param {Site} site
 * @param {How} how its signal cancels the upload: what has arrived is removed
 * @returns {Promise<Finished>}
 */
export function upload(file, site, how) {
  return new Memory(site.told.url, file).alone(async (memory) => {
    const { announced, begun } = await start(file, site, memory, how);
    if (LASTING.includes(announced.upload.kind ?? "")) memory?.keep(announced.ticket);
    try {
      const finished = await send({ file, announced, begun, site }, how);
      memory?.forget();
      return finished;
    } catch (problem) {
      const refused = problem instanceof Problem && problem.status === 400;
      if (how.signal.aborted || refused) memory?.forget();
      if (how.signal.aborted) await site.forget(announced.ticket);
      throw problem;
    }
  });
}

/**
 * Go on with an upload of this file that was begun, or announce it.
 *
 * @param {File} file @param {Site} site @param {Memory | null} memory @param {How} how
 * @returns {Promise<{announced: Announced, begun: boolean}>}
 */
async function start(file, site, memory, { signal, tell }) {
  const waiting = () => tell("lost", 0);
  const ticket = memory?.find();
  if (ticket) {
    try {
      const upload = await patiently(() => site.again(ticket, signal), { signal, waiting });
      return { announced: { ticket, upload }, begun: true };
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 400) throw problem;
      if (problem.code === "arrived") return { announced: { ticket, upload: { kind: "arrived" } }, begun: true };
      memory?.forget(); // too old, another visitor's, or taken
    }
  }
  return { announced: await patiently(() => site.announce(file, signal), { signal, waiting }), begun: false };
}

/**
 * @param {Pick<Journey, "file" | "announced" | "begun" | "site">} what @param {How} how
 * @returns {Promise<Finished>}
 */
async function send(what, { signal, tell }) {
  const { file, announced, site } = what;
  const waiting = () => tell("lost", 0);
  const progress = (/** @type {number} */ sent) => tell(sent < file.size ? "sending" : "checking", sent);
  const finished = await WAYS[announced.upload.kind ?? "single"]({ ...what, signal, progress, waiting });
  tell("checking", file.size);
  return finished ?? patiently(() => site.finish(announced.ticket, signal), { signal, waiting });
}
