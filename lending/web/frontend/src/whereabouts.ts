/** The foot of the reading page: where the reader is, what is left, when the book goes back, and the way to elsewhere. */
import { untilDue } from "./due.ts";
import type { Pages, Whereabouts } from "./pages.ts";
import type { Shell } from "./shell.ts";
import { language, part } from "./texts.ts";
import { fractionTyped, leftWords, percentOf, placeWords } from "./where-words.ts";

export interface Term {
  due: string | null;
  mine: boolean;
  recalled?: boolean;
}

export class Foot {
  readonly #shell: Shell;
  readonly #term: Term;
  readonly #place = part("where");
  readonly #form = part("go-to-page");
  readonly #field = part<HTMLInputElement>("page-number");
  readonly #progress = part<HTMLInputElement>("progress");
  /** Whether the book has pages to go to by their labels; else one goes by per cent. */
  #paged = false;

  constructor(shell: Shell, term: Term) {
    this.#shell = shell;
    this.#term = term;
    this.#progress.addEventListener("change", () => void shell.goToFraction(Number(this.#progress.value) / 1000));
    this.#place.addEventListener("click", () => this.#ask());
    this.#form.addEventListener("submit", (event) => this.#submitted(event));
    this.#form.addEventListener("focusout", () => this.#asking(false));
    this.#form.addEventListener("keydown", (event) => this.#pressed(event));
  }

  serve(pages: Pages, isPdf: boolean): void {
    const { say } = this.#shell;
    const [left, right] = pages.direction === "rtl" ? ["turn.next", "turn.previous"] : ["turn.previous", "turn.next"];
    part("turn-left").setAttribute("aria-label", say(left ?? ""));
    part("turn-right").setAttribute("aria-label", say(right ?? ""));
    this.#progress.dir = pages.direction;
    this.#paged = isPdf || pages.pageList.length > 0;
    part("go-to-label").textContent = say(this.#paged ? "go-to.page" : "go-to.percent");
  }

  show(where: Whereabouts): void {
    const words = placeWords(where, this.#shell.say);
    this.#progress.value = String(Math.round(where.fraction * 1000));
    this.#progress.setAttribute("aria-valuetext", words);
    this.#place.textContent = words;
    part("left").textContent = leftWords(where, this.#shell.say);
    part("due").textContent = this.#dueWords();
    if (this.#form.hidden) this.#field.value = this.#paged ? (where.page?.label ?? "") : String(percentOf(where));
  }

  dueIs(due: string | null, recalled: boolean): void {
    this.#term.due = due;
    this.#term.recalled = recalled;
    part("due").textContent = this.#dueWords();
  }

  #dueWords(): string {
    const { due, mine } = this.#term;
    if (mine) return this.#shell.say("mine");
    const key = this.#term.recalled ? "due.recalled" : "due";
    return due ? this.#shell.say(key, { when: untilDue(new Date(due), new Date(), language()) }) : "";
  }

  /** The place makes room for the field in which another is typed. */
  #ask(): void {
    this.#asking(true);
    this.#field.focus();
    this.#field.select();
  }

  #asking(yes: boolean): void {
    this.#form.hidden = !yes;
    this.#place.hidden = yes;
    this.#place.setAttribute("aria-expanded", String(yes));
  }

  #pressed(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#asking(false);
    this.#place.focus();
  }

  #submitted(event: SubmitEvent): void {
    event.preventDefault();
    const typed = this.#field.value.trim();
    const fraction = this.#paged ? undefined : fractionTyped(typed);
    if (fraction !== undefined) void this.#shell.goToFraction(fraction);
    else if (this.#paged && typed) void this.#shell.go(typed);
    this.#asking(false);
    this.#shell.backToBook();
  }
}
