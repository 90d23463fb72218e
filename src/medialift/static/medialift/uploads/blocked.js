/**
 * Why a request to the storage got no answer: the line, or a rule that keeps this page out.
 */
import { Problem } from "./problem.js";

/** @type {Set<string>} origins that the page's own policy has kept this script from */
const kept = new Set();

document.addEventListener("securitypolicyviolation", (event) => {
  if (event.effectiveDirective === "connect-src") kept.add(originOf(event.blockedURI));
});

/**
 * Throws if another try makes no sense: the storage answers, and browsers may not let this page speak to it.
 *
 * @param {import("./send.js").Recipe} recipe
 * @param {Problem} problem
 * @param {number} tried
 */
export async function checkLetIn(recipe, problem, tried) {
  const origin = originOf(recipe.url);
  if (problem.status || problem.sent || origin === location.origin) return;
  if (kept.has(origin)) {
    console.error(
      `medialift: the Content-Security-Policy of this page keeps it from ${origin}. Add ${origin} to connect-src.`,
    );
    throw new Problem("blocked", { code: "csp" });
  }
  if (tried < 2 || !(await answers(origin))) return;
  console.error(
    `medialift: ${origin} answers, but does not let pages of ${location.origin} send files (CORS). ` +
      `Its CORS rules have to allow ${recipe.method} from ${location.origin}` +
      `${headersOf(recipe)}: manage.py medialift policy bucket ALIAS --apply`,
  );
  throw new Problem("blocked", { code: "cors" });
}

/** @param {string} origin @returns {Promise<boolean>} whether anything is there, whoever may read what it says */
async function answers(origin) {
  try {
    await fetch(origin, { mode: "no-cors", credentials: "omit", cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}

/** @param {import("./send.js").Recipe} recipe @returns {string} */
function headersOf(recipe) {
  const names = Object.keys(recipe.headers ?? {});
  return names.length ? ` with the header${names.length > 1 ? "s" : ""} ${names.join(", ")}` : "";
}

/** @param {string} url @returns {string} */
function originOf(url) {
  try {
    return new URL(url, location.href).origin;
  } catch {
    return url;
  }
}
