/**
 * <medialift-upload>: a file input that sends its files at once, and holds receipts for the form.
 *
 * All its markup comes with the page; this only brings it to life. So it can be copied, as formsets do,
 * and put into the page at any time. Events that bubble, with `detail.name` (of the file): `medialift-upload:done`
 * (`detail.receipt`), `medialift-upload:failed` (`detail.message`), `medialift-upload:removed`.
 */
import { Problem } from "./problem.js";
import { Row, filled } from "./row.js";
import { Site } from "./site.js";
import { upload } from "./upload.js";

/** Files that are sent at the same time. */
const AT_ONCE = 2;

class MedialiftUpload extends HTMLElement {
  /** @type {Map<Row, {file: File | null, control: AbortController}>} */
  #rows = new Map();
  /** @type {HTMLElement | null | undefined} the button that sent the form, while the form waits; `undefined` if not */
  #submitter;
  /** @type {AbortController | undefined} */
  #life;
  /** @type {Site | undefined} */
  #site;

  connectedCallback() {
    if (this.#life) return;
    // The children of an element that is still being read are not there yet.
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => this.#start(), { once: true });
    else this.#start();
  }

  disconnectedCallback() {
    // An element that is only moved is connected again at once.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#life?.abort();
      this.#life = undefined;
      for (const { control } of this.#rows.values()) control.abort();
      this.#rows.clear();
    });
  }

  get site() {
    this.#site ??= new Site(JSON.parse(this.dataset.told ?? "{}"), this);
    return this.#site;
  }

  get words() {
    return this.site.told.words;
  }

  get input() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input[type=file]"));
  }

  #start() {
    if (!this.isConnected || this.#life) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    const drop = /** @type {HTMLElement} */ (this.querySelector(".medialift-upload-drop"));
    const hint = /** @type {HTMLElement} */ (this.querySelector(".medialift-upload-hint"));
    hint.textContent = this.input.multiple ? this.words.drop_several : this.words.drop;
    hint.hidden = false;
    for (const element of this.querySelectorAll(".medialift-upload-file")) this.#adopt(/** @type {HTMLElement} */ (element));
    this.input.addEventListener("change", () => this.#take([...(this.input.files ?? [])]), { signal });
    this.addEventListener("click", (event) => this.#clicked(event), { signal });
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
      drop.addEventListener(kind, (event) => this.#dragged(drop, /** @type {DragEvent} */ (event)), { signal });
    }
    this.closest("form")?.addEventListener("submit", (event) => this.#submitted(event), { signal });
    addEventListener("beforeunload", (event) => this.#busy() && event.preventDefault(), { signal });
  }

  /** A row that came with the page: its file was sent before. @param {HTMLElement} element */
  #adopt(element) {
    const row = new Row(element, this.words);
    this.#rows.set(row, { file: null, control: new AbortController() });
    row.show("done");
  }

  /** @param {File[]} files */
  #take(files) {
    this.input.value = ""; // the form shall not send them a second time
    if (!files.length) return;
    if (!this.input.multiple) {
      if (files.length > 1) return this.#say(this.words.one_only);
      for (const row of this.#rows.keys()) this.#drop(row);
    }
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector("template"));
    const list = /** @type {HTMLElement} */ (this.querySelector(".medialift-upload-files"));
    for (const file of files) {
      const copy = /** @type {DocumentFragment} */ (document.importNode(template.content, true));
      const row = new Row(/** @type {HTMLElement} */ (copy.firstElementChild), this.words).of(file);
      list.append(row.element);
      this.#rows.set(row, { file, control: new AbortController() });
      row.show("waiting");
    }
    this.#go();
  }

  /** Start what waits, and tell the form how things stand. */
  #go() {
    const rows = [...this.#rows.keys()];
    const running = rows.filter((row) => row.state === "sending" || row.state === "checking").length;
    for (const row of rows.filter((row) => row.state === "waiting").slice(0, AT_ONCE - running)) this.#run(row);
    const failed = rows.some((row) => row.state === "failed");
    this.input.setCustomValidity(failed ? this.words.unfinished : "");
    this.input.required = this.site.told.required && !rows.length;
    if (this.#submitter === undefined || this.#busy()) return;
    const [form, submitter] = [this.closest("form"), this.#submitter];
    this.#submitter = undefined;
    if (failed) this.input.reportValidity();
    else form?.requestSubmit(/** @type {HTMLElement | null} */ (submitter?.isConnected ? submitter : null));
  }

  /** @param {Row} row */
  async #run(row) {
    const { file, control } = /** @type {{file: File, control: AbortController}} */ (this.#rows.get(row));
    const { signal } = control;
    row.show("sending");
    this.#say(filled(this.words.started, row));
    try {
      const tell = (/** @type {"sending" | "checking" | "lost"} */ stage, /** @type {number} */ sent) => {
        if (signal.aborted) return;
        if (stage === "lost") row.show("sending", { reason: this.words.lost });
        else row.show(stage, { sent });
      };
      const { receipt } = await upload(file, this.site, { signal, tell });
      if (signal.aborted) return;
      row.keep(this.input.name, receipt);
      row.show("done");
      this.#say(filled(this.words.arrived, row));
      this.#emit("done", { name: row.name, receipt });
    } catch (problem) {
      if (signal.aborted) return;
      if (!(problem instanceof Problem)) console.error("medialift:", problem);
      const reason = problem instanceof Problem ? problem.said(this.words) : this.words.broken;
      row.show("failed", { reason });
      this.#say(filled(this.words.trouble, { name: row.name, reason }));
      this.#emit("failed", { name: row.name, message: reason });
    }
    this.#go();
  }

  /** @param {Event} event */
  #clicked(event) {
    const button = event.target instanceof Element && event.target.closest("button");
    const row = [...this.#rows.keys()].find((row) => button && row.element.contains(button));
    if (!row) return;
    if (button === row.retry) {
      const { file } = this.#rows.get(row) ?? {};
      this.#rows.set(row, { file: file ?? null, control: new AbortController() });
      row.show("waiting");
    } else if (button === row.remove) {
      this.#drop(row);
      this.#say(filled(this.words.gone, row));
      this.input.focus();
    }
    this.#go();
  }

  /** @param {Row} row */
  #drop(row) {
    this.#rows.get(row)?.control.abort();
    this.#rows.delete(row);
    row.element.remove();
    this.#emit("removed", { name: row.name });
  }

  /** @param {HTMLElement} drop @param {DragEvent} event */
  #dragged(drop, event) {
    if (!event.dataTransfer?.types.includes("Files") || this.input.disabled) return;
    event.preventDefault();
    const left = event.type === "dragleave" && !drop.contains(/** @type {Node | null} */ (event.relatedTarget));
    if (event.type === "dragenter") drop.classList.add("medialift-upload-over");
    if (event.type === "drop" || left) drop.classList.remove("medialift-upload-over");
    if (event.type === "drop") this.#take([...event.dataTransfer.files]);
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    if (!this.#busy()) return;
    event.preventDefault();
    this.#submitter = event.submitter;
    this.#say(this.words.held_back, true);
  }

  #busy() {
    return [...this.#rows.keys()].some((row) => ["waiting", "sending", "checking"].includes(row.state));
  }

  /** Say it where screen readers listen. @param {string} text @param {boolean} [shown] to everybody */
  #say(text, shown = false) {
    const status = /** @type {HTMLElement} */ (this.querySelector(".medialift-upload-said"));
    status.textContent = text;
    status.classList.toggle("medialift-upload-shown", shown || text === this.words.one_only);
  }

  /** @param {string} what @param {object} detail */
  #emit(what, detail) {
    this.dispatchEvent(new CustomEvent(`medialift-upload:${what}`, { bubbles: true, detail }));
  }
}

customElements.define("medialift-upload", MedialiftUpload);
