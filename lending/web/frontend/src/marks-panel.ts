/** The drawer of bookmarks and highlights: in the book's order, under its chapters, to go to and to take away. */
import { dialog } from "./dialogs.ts";
import type { Mark } from "./marks.ts";
import type { MarksBook } from "./marks-book.ts";
import type { Shell } from "./shell.ts";
import { type Form, offerHome, tellIn } from "./take-home.ts";
import { part } from "./texts.ts";

export interface MarksPanelHost {
  shell: Shell;
  book: MarksBook;
  /** Takes a mark away, and offers to bring it back. */
  remove: (mark: Mark) => void;
  /** Opens the note of a mark to be written. */
  write: (mark: Mark) => void;
  chapterOf: (mark: Mark) => string;
  /** The marks as a file; whatever waits here is sent before. */
  fetchFile: (form: Form) => Promise<Response>;
}

export class MarksPanel {
  readonly #host: MarksPanelHost;
  readonly #panel = dialog("marks");
  readonly #list = part("marks-list");

  constructor(host: MarksPanelHost) {
    this.#host = host;
    const home = part("marks-home");
    offerHome(home, host.fetchFile, (trouble) => tellIn(home, trouble, host.shell.say));
    host.book.changed(() => this.#panel.open && this.#show());
  }

  open(): void {
    this.#show();
    this.#panel.showModal();
  }

  /** Nothing of the book stays in the page when the loan is over. */
  clear(): void {
    this.#list.replaceChildren();
  }

  close(): void {
    this.#panel.close();
  }

  #show(): void {
    const { book } = this.#host;
    const focused = (document.activeElement as HTMLElement | null)?.dataset["of"];
    part("no-marks").hidden = book.all.length > 0;
    part("marks-home").hidden = book.all.length === 0;
    this.#list.replaceChildren(...this.#sections(book.all));
    this.#tellWaiting();
    if (focused) this.#focusAgain(focused);
  }

  #tellWaiting(): void {
    const { book, shell } = this.#host;
    const waiting = part("marks-waiting");
    waiting.hidden = book.waiting === 0 || navigator.onLine;
    waiting.textContent = waiting.hidden ? "" : shell.say("marks.waiting");
  }

  /** The list was drawn anew under somebody's fingers: they go on where they were, or at what comes there now. */
  #focusAgain(of: string): void {
    const again = this.#list.querySelector<HTMLElement>(`[data-of="${CSS.escape(of)}"]`);
    (again ?? this.#list.querySelector<HTMLElement>("button") ?? this.#panel.querySelector<HTMLElement>("button"))?.focus();
  }

  #sections(marks: readonly Mark[]): HTMLElement[] {
    const sections: HTMLElement[] = [];
    let under: string | undefined;
    for (const mark of marks) {
      const chapter = this.#host.chapterOf(mark);
      if (chapter !== under) sections.push(section(chapter));
      under = chapter;
      sections.at(-1)?.querySelector("ul")?.append(this.#entry(mark));
    }
    return sections;
  }

  #entry(mark: Mark): HTMLElement {
    const entry = document.createElement("li");
    entry.className = `mark-entry ${mark.kind === "bookmark" ? "mark-bookmark" : `mark-${mark.ink}`}`;
    entry.append(this.#goButton(mark));
    if (mark.note) entry.append(element("mark-entry-note", mark.note));
    if (mark.note && mark.stays) entry.append(element("left-note-by", this.#host.shell.say("marks.stays")));
    entry.append(this.#deeds(mark));
    return entry;
  }

  #goButton(mark: Mark): HTMLElement {
    const { shell } = this.#host;
    const button = element("mark-entry-words", mark.text || shell.say("marks.page"), "button");
    const percent = shell.say("percent", { percent: Math.round(mark.fraction * 100) });
    button.append(element("mark-entry-place", mark.kind === "bookmark" ? shell.say("marks.bookmark", { place: percent }) : percent));
    button.dataset["of"] = `go-${mark.id}`;
    button.addEventListener("click", () => {
      this.#panel.close();
      void shell.go(mark.locator);
    });
    return button;
  }

  #deeds(mark: Mark): HTMLElement {
    const { shell, remove, write } = this.#host;
    const row = document.createElement("div");
    row.className = "mark-entry-deeds";
    const note = shell.say(mark.note ? "marks.change-note" : "marks.write-note");
    if (mark.kind === "highlight") row.append(this.#deed(`write-${mark.id}`, note, () => write(mark)));
    row.append(this.#deed(`remove-${mark.id}`, shell.say("marks.remove"), () => remove(mark)));
    return row;
  }

  #deed(of: string, label: string, done: () => void): HTMLElement {
    const button = element("popup-button", label, "button");
    button.dataset["of"] = of;
    button.addEventListener("click", done);
    return button;
  }
}

function section(chapter: string): HTMLElement {
  const made = document.createElement("section");
  if (chapter) {
    const heading = document.createElement("h3");
    heading.textContent = chapter;
    heading.dir = "auto";
    made.append(heading);
  }
  made.append(document.createElement("ul"));
  return made;
}

function element(className: string, text: string, tag: "p" | "button" = "p"): HTMLElement {
  const made = document.createElement(tag);
  if (made instanceof HTMLButtonElement) made.type = "button";
  made.className = className;
  made.textContent = text;
  made.dir = "auto";
  return made;
}
