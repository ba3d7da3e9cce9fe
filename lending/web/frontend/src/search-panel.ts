/** The search drawer: asks the server part by part, shows hits as they come, leads to them, and walks from one to the next. */
import { dialog } from "./dialogs.ts";
import { Problem } from "./problems.ts";
import { byChapter, decorationsOf, type Group, type Hit, type Kind, locatorOf, searched, type SearchAnswer } from "./search-hits.ts";
import type { Shell } from "./shell.ts";
import { part } from "./texts.ts";

/** More at a time nobody looks through. */
const MANY = 500;

export type AskSearch = (query: string, from: number | undefined, signal: AbortSignal) => Promise<SearchAnswer>;

export class SearchPanel {
  readonly #shell: Shell;
  readonly #kind: Kind;
  readonly #ask: AskSearch;
  readonly #panel = dialog("search");
  readonly #words = part<HTMLInputElement>("search-words");
  readonly #list = part("search-hits");
  #hits: Hit[] = [];
  #query = "";
  #next: number | null | undefined;
  #at = -1;
  /** How far through the book the search has come, 0 to 1. */
  #through = 0;
  #running: AbortController | undefined;

  constructor(shell: Shell, kind: Kind, ask: AskSearch) {
    this.#shell = shell;
    this.#kind = kind;
    this.#ask = ask;
    part("search-form").addEventListener("submit", (event) => this.#submitted(event));
    part("search-further").addEventListener("click", () => void this.#run(this.#hits.length + MANY));
    part("hit-previous").addEventListener("click", () => this.walk(-1));
    part("hit-next").addEventListener("click", () => this.walk(1));
    part("hits-now").addEventListener("click", () => this.open());
    part("hits-done").addEventListener("click", () => this.clear());
    this.#panel.addEventListener("close", () => this.#closed());
  }

  /** `words`: to be looked for at once. */
  open(words?: string): void {
    if (!this.#panel.open) this.#panel.showModal();
    if (words) this.#begin((this.#words.value = words));
    else this.#words.select();
    this.#words.focus();
    this.#list.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "center" });
  }

  /** To the next hit, or the one before; after the last comes the first. */
  walk(step: -1 | 1): void {
    if (this.#hits.length) this.#goTo((this.#at + step + this.#hits.length) % this.#hits.length);
  }

  get hasHits(): boolean {
    return !part("hits-bar").hidden;
  }

  /** The search is over: its hits leave the page and the drawer. */
  clear(): void {
    this.#stop();
    this.#forgetHits();
    this.#words.value = "";
    this.#status("");
    part("hits-bar").hidden = true;
    this.#shell.backToBook();
  }

  #submitted(event: Event): void {
    event.preventDefault();
    this.#begin(this.#words.value);
  }

  #begin(words: string): void {
    this.#stop();
    this.#forgetHits();
    this.#query = words.trim();
    if (this.#query) void this.#run(MANY);
    else this.#status("");
  }

  /** Goes through the book until it is through, `most` hits are there, or something else is looked for. */
  async #run(most: number): Promise<void> {
    const running = (this.#running = new AbortController());
    part("search-further").hidden = true;
    this.#progress(this.#through);
    this.#status(this.#shell.say("search.looking"));
    try {
      while (this.#next !== null && this.#hits.length < most) {
        const { hits, next, parts } = await this.#ask(this.#query, this.#next, running.signal);
        if (running.signal.aborted) return;
        this.#next = next;
        this.#add(hits);
        this.#progress((this.#through = searched(this.#kind, next, parts)));
      }
      this.#finish();
    } catch (trouble) {
      if (!running.signal.aborted) this.#failed(trouble);
    }
  }

  #finish(): void {
    this.#running = undefined;
    this.#progress(undefined);
    part("search-further").hidden = this.#next === null;
    const count = this.#hits.length;
    const words = { count, words: this.#query };
    if (count === 0) this.#status(this.#shell.say("search.none", words));
    else if (this.#next !== null) this.#status(this.#shell.say("search.many", words));
    else this.#status(this.#shell.say(count === 1 ? "search.one" : "search.found", words));
    this.#showWhich();
  }

  #failed(trouble: unknown): void {
    this.#running = undefined;
    this.#progress(undefined);
    part("search-further").hidden = this.#next === null || this.#next === undefined;
    this.#status(trouble instanceof Problem && trouble.title ? trouble.title : this.#shell.say("search.failed"));
  }

  #add(hits: readonly Hit[]): void {
    const before = this.#hits.length;
    this.#hits.push(...hits);
    for (const group of byChapter(this.#hits, before)) this.#list.append(this.#section(group));
    this.#shell.pages?.decorate("hits", decorationsOf(this.#kind, this.#hits));
  }

  #section({ chapter, hits }: Group): HTMLElement {
    const section = document.createElement("section");
    const goingOn = this.#list.lastElementChild?.getAttribute("data-chapter") === chapter;
    section.dataset["chapter"] = chapter;
    if (chapter && !goingOn) {
      const heading = document.createElement("h3");
      heading.textContent = chapter;
      heading.dir = "auto";
      section.append(heading);
    }
    const list = document.createElement("ul");
    list.append(...hits.map(({ hit, at }) => this.#entry(hit, at)));
    section.append(list);
    return section;
  }

  #entry(hit: Hit, at: number): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.dir = "auto";
    button.dataset["at"] = String(at);
    const match = document.createElement("mark");
    match.textContent = hit.match;
    button.append(hit.before, match, hit.after);
    button.addEventListener("click", () => {
      this.#panel.close();
      this.#goTo(at);
    });
    const entry = document.createElement("li");
    entry.append(button);
    return entry;
  }

  #goTo(at: number): void {
    const hit = this.#hits[at];
    if (!hit) return;
    this.#at = at;
    part("hits-bar").hidden = false;
    this.#showWhich();
    void this.#shell.go(locatorOf(this.#kind, hit));
  }

  #showWhich(): void {
    const values = { at: this.#at + 1, count: this.#hits.length };
    part("hits-now").textContent = this.#shell.say(this.#next === null ? "search.which" : "search.which-of-many", values);
    for (const button of this.#list.querySelectorAll<HTMLElement>("[data-at]")) {
      if (button.dataset["at"] === String(this.#at)) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  /** Nobody waits any more; hits that nobody went to leave the page too. */
  #closed(): void {
    this.#stop();
    if (part("hits-bar").hidden) this.#shell.pages?.decorate("hits", []);
    else if (this.#at >= 0) this.#showWhich();
  }

  #stop(): void {
    const running = this.#running;
    this.#running = undefined;
    running?.abort();
    this.#progress(undefined);
    if (!running) return;
    part("search-further").hidden = this.#next === null || this.#next === undefined;
    this.#status(this.#shell.say("search.many", { count: this.#hits.length, words: this.#query }));
  }

  #forgetHits(): void {
    this.#hits = [];
    this.#next = undefined;
    this.#through = 0;
    this.#at = -1;
    this.#list.replaceChildren();
    part("search-further").hidden = true;
    part("hits-bar").hidden = true;
    this.#shell.pages?.decorate("hits", []);
  }

  #progress(through: number | undefined): void {
    const bar = part<HTMLProgressElement>("search-progress");
    bar.hidden = through === undefined;
    bar.value = through ?? 0;
  }

  #status(words: string): void {
    part("search-status").textContent = words;
  }
}
