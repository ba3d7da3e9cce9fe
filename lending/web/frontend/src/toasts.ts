/** A few words in the corner of a page, each with where it leads. They leave by themselves, but not from under a hand. */
import { part } from "./texts.ts";

export interface Tidings {
  words: string;
  /** Where it can be seen; null if nowhere. */
  url: string | null;
}

const SHOWN_FOR = 12_000;
const MOST = 3;

export class Toasts {
  readonly #place = part("news");
  readonly #model = part<HTMLTemplateElement>("toast");

  show({ words, url }: Tidings): void {
    const toast = (this.#model.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    const said = toast.querySelector("a") as HTMLAnchorElement;
    said.textContent = words;
    if (url) said.href = url;
    toast.querySelector("button")?.addEventListener("click", () => this.#close(toast));
    this.#place.append(toast);
    while (this.#place.childElementCount > MOST) this.#place.firstElementChild?.remove();
    setTimeout(() => this.#leave(toast), SHOWN_FOR);
  }

  #leave(toast: HTMLElement): void {
    if (toast.matches(":hover, :focus-within")) setTimeout(() => this.#leave(toast), SHOWN_FOR);
    else toast.remove();
  }

  /** The keyboard doesn't fall off the page with what was closed. */
  #close(toast: HTMLElement): void {
    const next = toast.nextElementSibling ?? toast.previousElementSibling;
    toast.remove();
    if (next) return next.querySelector("button")?.focus();
    const page = part("main");
    page.tabIndex = -1;
    page.focus({ preventScroll: true });
  }
}
