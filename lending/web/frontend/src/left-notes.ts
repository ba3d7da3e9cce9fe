/** Notes that others left in the book: listed in the drawer of marks, drawn on the page, read there; never changed. */
import type { Box, Decoration, Locator } from "./pages.ts";
import { Popup } from "./popup.ts";
import type { Shell } from "./shell.ts";
import { part } from "./texts.ts";

export interface LeftNote {
  id: string;
  /** What the writer is called; may be empty. */
  by: string;
  locator: Locator;
  fraction: number;
  text: string;
  note: string;
}

export interface LeftNotesHost {
  shell: Shell;
  ask: () => Promise<{ notes: LeftNote[] }>;
  /** There are some to be drawn. */
  came: () => void;
  /** One was chosen in the list. */
  chosen: () => void;
}

export class LeftNotes {
  readonly #host: LeftNotesHost;
  readonly #popup: Popup;
  #notes: readonly LeftNote[] = [];

  constructor(host: LeftNotesHost) {
    this.#host = host;
    this.#popup = new Popup(part("left-note"), () => host.shell.backToBook());
  }

  get decorations(): Decoration[] {
    return this.#notes.map(({ id, locator }) => ({ id, locator, ink: "left", noted: true }));
  }

  get popupOpen(): boolean {
    return this.#popup.open;
  }

  /** Nobody else can leave one while this reader has the book, so once is enough. What can't be had is not missed. */
  async fetch(): Promise<void> {
    const { notes } = await this.#host.ask().catch(() => ({ notes: [] }));
    this.#notes = notes;
    part("left-notes").hidden = notes.length === 0;
    part("left-notes-list").replaceChildren(...notes.map((note) => this.#entry(note)));
    if (notes.length) this.#host.came();
  }

  /** Whether the touched mark is one of these; then it is shown. */
  tapped(id: string, box: Box): boolean {
    const note = this.#notes.find((one) => one.id === id);
    if (!note) return false;
    part("left-note-by").textContent = this.#writer(note);
    part("left-note-words").textContent = note.note;
    this.#popup.show(box, "below");
    this.#popup.element.focus({ preventScroll: true });
    return true;
  }

  hide(): void {
    this.#popup.hide();
  }

  clear(): void {
    this.hide();
    this.#notes = [];
    part("left-notes").hidden = true;
    part("left-notes-list").replaceChildren();
    for (const id of ["left-note-by", "left-note-words"]) part(id).textContent = "";
  }

  #writer({ by }: LeftNote): string {
    const { say } = this.#host.shell;
    return by ? say("left.by", { name: by }) : say("left.by-reader");
  }

  #entry(note: LeftNote): HTMLElement {
    const entry = document.createElement("li");
    entry.className = "mark-entry mark-left";
    const button = line("button", "mark-entry-words", note.text);
    button.addEventListener("click", () => {
      this.#host.chosen();
      void this.#host.shell.go(note.locator);
    });
    entry.append(button, line("p", "left-note-by", this.#writer(note)), line("p", "mark-entry-note", note.note));
    return entry;
  }
}

function line(tag: "p" | "button", className: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  if (made instanceof HTMLButtonElement) made.type = "button";
  made.className = className;
  made.textContent = text;
  made.dir = "auto";
  return made;
}
