/** The foot of the reading page: where the reader is, what is left, when the book goes back, and the way to elsewhere. */
import { untilDue } from "./due.ts";
import type { Pages, Whereabouts } from "./pages.ts";
import type { Shell } from "./shell.ts";
import { language, part } from "./texts.ts";
import { fractionTyped, leftWords, percentOf, placeWords } from "./where-words.ts";

export interface Term {
  due: string | null;
  mine: boolean;
}

export class Foot {
  readonly #shell: Shell;
  readonly #term: Term;
  readonly #field = part<HTMLInputElement>("page-number");
  readonly #progress = part<HTMLInputElement>("progress");
  /** Whether the book has pages to go to by their labels; else one goes by per cent. */
  #paged = false;

  constructor(shell: Shell, term: Term) {
    this.#shell = shell;
    this.#term = term;
    this.#progress.addEventListener("change", () => void shell.pages?.goToFraction(Number(this.#progress.value) / 1000));
    part("go-to-page").addEventListener("submit", (event) => this.#submitted(event));
  }

  serve(pages: Pages, isPdf: boolean): void {
    const { say } = this.#shell;
    const [left, right] = pages.direction === "rtl" ? ["turn.next", "turn.previous"] : ["turn.previous", "turn.next"];
    part("turn-left").setAttribute("aria-label", say(left ?? ""));
    part("turn-right").setAttribute("aria-label", say(right ?? ""));
    this.#progress.dir = pages.direction;
    this.#paged = isPdf || pages.pageList.length > 0;
    part("go-to-label").textContent = say(this.#paged ? "go-to.page" : "go-to.percent");
    part("go-to-page").hidden = false;
  }

  show(where: Whereabouts): void {
    const words = placeWords(where, this.#shell.say);
    this.#progress.value = String(Math.round(where.fraction * 1000));
    this.#progress.setAttribute("aria-valuetext", words);
    part("where").textContent = words;
    part("left").textContent = leftWords(where, this.#shell.say);
    part("due").textContent = this.#dueWords();
    this.#field.value = this.#paged ? (where.page?.label ?? "") : String(percentOf(where));
  }

  dueIs(due: string | null): void {
    this.#term.due = due;
  }

  #dueWords(): string {
    const { due, mine } = this.#term;
    if (mine) return this.#shell.say("mine");
    return due ? this.#shell.say("due", { when: untilDue(new Date(due), new Date(), language()) }) : "";
  }

  #submitted(event: SubmitEvent): void {
    event.preventDefault();
    const typed = this.#field.value.trim();
    const fraction = this.#paged ? undefined : fractionTyped(typed);
    if (fraction !== undefined) void this.#shell.pages?.goToFraction(fraction);
    else if (this.#paged && typed) void this.#shell.pages?.go(typed);
    this.#shell.backToBook();
  }
}
