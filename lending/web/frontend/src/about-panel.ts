/** "About this book": what the book says of itself, and for whom it can be read, in plain words. */
import { dialog } from "./dialogs.ts";
import type { Say } from "./shell.ts";
import { language, part } from "./texts.ts";

/** As the server tells it. Whatever a book does not say is empty. */
export interface AboutBook {
  title: string;
  authors: readonly string[];
  publisher: string;
  published: string;
  language: string;
  description: string;
  /** In the page's language, under the topics of the EPUB Accessibility display guide. */
  accessibility: readonly Topic[];
}

interface Topic {
  heading: string;
  statements: readonly string[];
}

export class AboutPanel {
  readonly #panel = dialog("about");
  readonly #place = part("about-words");
  readonly #say: Say;
  readonly #ask: () => Promise<AboutBook>;
  #known = false;

  constructor(say: Say, ask: () => Promise<AboutBook>) {
    this.#say = say;
    this.#ask = ask;
  }

  async open(): Promise<void> {
    this.#panel.showModal();
    if (this.#known) return;
    try {
      this.#place.replaceChildren(...this.#told(await this.#ask()));
      this.#known = true;
    } catch {
      this.#place.replaceChildren(element("p", this.#say("about.failed"), "soft"));
    }
  }

  clear(): void {
    this.#place.replaceChildren();
  }

  #told(book: AboutBook): HTMLElement[] {
    const told: HTMLElement[] = [element("h3", book.title, "about-title")];
    if (book.authors.length) told.push(element("p", new Intl.ListFormat(language()).format(book.authors), "soft"));
    const facts = this.#facts(book);
    if (facts.childElementCount) told.push(facts);
    if (book.description) told.push(element("p", book.description));
    for (const { heading, statements } of book.accessibility) {
      told.push(element("h4", heading), list(statements));
    }
    return told;
  }

  #facts(book: AboutBook): HTMLElement {
    const facts = document.createElement("dl");
    facts.className = "about-facts";
    const rows = [
      ["about.language", book.language && nameOf(book.language)],
      ["about.publisher", book.publisher],
      ["about.published", book.published],
    ] as const;
    for (const [key, value] of rows) if (value) facts.append(element("dt", this.#say(key)), element("dd", value));
    return facts;
  }
}

function nameOf(code: string): string {
  try {
    return new Intl.DisplayNames(language(), { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

function list(lines: readonly string[]): HTMLElement {
  const entries = document.createElement("ul");
  entries.append(...lines.map((line) => element("li", line)));
  return entries;
}

function element(tag: string, text: string, className = ""): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  made.dir = "auto";
  if (className) made.className = className;
  return made;
}
