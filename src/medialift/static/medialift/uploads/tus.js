/**
 * A large file by the tus protocol: one piece after the other, from where the storage says that it ends.
 */
import { checkLetIn } from "./blocked.js";
import { Problem } from "./problem.js";
import { patiently, send } from "./send.js";

const EMPTY = new Blob();

/** @type {import("./site.js").Way} */
export async function tus({ file, announced, site, signal, progress, waiting, begun }) {
  let { url, headers, chunk_size: size } = announced.upload;
  let renewed = false;
  let sure = !begun;
  let offset = 0;

  const step = async () => {
    if (!sure) {
      const answer = await send({ method: "HEAD", url, headers }, EMPTY, { signal, progress: () => undefined });
      offset = Number(answer.getResponseHeader("Upload-Offset"));
      sure = true;
    }
    if (offset >= file.size) return;
    const piece = file.slice(offset, offset + size);
    const now = { ...headers, "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) };
    const told = (/** @type {number} */ sent) => progress(offset + sent);
    sure = false; // until the answer is here, nobody knows how much of it arrived
    await send({ method: "PATCH", url, headers: now }, piece, { signal, progress: told });
    sure = true;
    offset += piece.size;
  };

  const attempt = async () => {
    try {
      await step();
    } catch (problem) {
      if (!(problem instanceof Problem) || ![401, 403, 409].includes(problem.status) || renewed) throw problem;
      renewed = problem.status !== 409; // a signature that became too old; or bytes that another request brought
      if (renewed) ({ url, headers, chunk_size: size } = await site.again(announced.ticket, signal));
      throw new Problem("refused", { temporary: true, status: problem.status });
    }
  };

  const after = (/** @type {Problem} */ problem, /** @type {number} */ tried) =>
    checkLetIn({ method: "PATCH", url, headers }, problem, tried);
  while (offset < file.size) await patiently(attempt, { signal, waiting, after });
}
