/**
 * A large file in chunks, one after the other, each as a form: Cloudinary's way.
 */
import { checkLetIn } from "./blocked.js";
import { patiently, send } from "./send.js";

/** @type {import("./site.js").Way} */
export async function chunks({ file, announced, signal, progress, waiting }) {
  const { url, fields, headers, chunk_size: size } = announced.upload;
  for (let first = 0; first < file.size; first += size) {
    const chunk = file.slice(first, first + size);
    const range = `bytes ${first}-${first + chunk.size - 1}/${file.size}`;
    const recipe = { method: "POST", url, fields, headers: { ...headers, "Content-Range": range } };
    const told = (/** @type {number} */ sent) => progress(first + sent);
    await patiently(() => send(recipe, chunk, { signal, progress: told }), {
      signal,
      waiting,
      after: (problem, tried) => checkLetIn(recipe, problem, tried),
    });
  }
}
