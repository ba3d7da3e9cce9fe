/** Where things in a book lead: locators, lines of the contents, labels of printed pages, links; and the way back. */
import { type Destination, type FoliateBook, resolveTarget } from "./epub-adapter.ts";
import { rangeAt } from "./epub-offsets.ts";
import type { Chapter, Locator } from "./pages.ts";

const MOST_BACK = 50;

export class Destinations {
  readonly #book: FoliateBook;
  readonly #pageList: readonly Chapter[];
  /** Places (CFIs) from which links were followed. */
  readonly #trail: string[] = [];

  constructor(book: FoliateBook, pageList: readonly Chapter[]) {
    this.#book = book;
    this.#pageList = pageList;
  }

  of(locator: Locator): Destination | null {
    const { cfi, section, start, end } = locator;
    if (typeof cfi === "string") return resolveTarget(this.#book, cfi);
    if (typeof section !== "number" || !this.#book.sections[section]) return null;
    return { index: section, anchor: (doc) => rangeAt(doc, Number(start ?? 0), Number(end ?? start ?? 0)) };
  }

  /** A chapter's target, a link, a place, or the label of a printed page. */
  named(target: string): Destination | null {
    const page = this.#pageList.find(({ label }) => label === target.trim())?.target;
    return resolveTarget(this.#book, target) ?? (typeof page === "string" ? resolveTarget(this.#book, page) : null);
  }

  /** A link is followed from here. */
  leave(cfi: string): void {
    this.#trail.push(cfi);
    this.#trail.splice(0, this.#trail.length - MOST_BACK);
  }

  /** To where the last link was followed from. */
  back(): Destination | undefined {
    const cfi = this.#trail.pop();
    return cfi === undefined ? undefined : this.#book.resolveCFI(cfi);
  }
}
