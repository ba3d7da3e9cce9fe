/** Notes that others left in the book: listed in the drawer of marks, drawn on the page, read there.
 *  Nobody changes them; who owns the book can remove them. */
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

/** Rejects where it could not be done. */
type RemoveNote = (id: string) => Promise<unknown>;

export interface LeftNotesHost {
  shell: Shell;
  ask: () => Promise<{ notes: LeftNote[] }>;
  /** For who owns the book. */
  remove: RemoveNote | undefined;
  /** There are others to be drawn. */
  changed: () => void;
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
    if (notes.length) this.#show(notes);
  }

  /** Whether the touched mark is one of these; then it is shown. */
  tapped(id: string, box: Box): boolean {
    const note = this.#notes.find((one) => one.id === id);
    if (!note) return false;
    part("left-note-by").textContent = this.#writer(note);
    part("left-note-words").textContent = note.note;
    part("left-note-deeds").replaceChildren(...this.#deeds(note));
    this.#popup.show(box, "below");
    this.#popup.element.focus({ preventScroll: true });
    return true;
  }

  hide(): void {
    this.#popup.hide();
  }

  clear(): void {
    this.hide();
    this.#list([]);
    part("left-note-deeds").replaceChildren();
    for (const id of ["left-note-by", "left-note-words"]) part(id).textContent = "";
  }

  #show(notes: readonly LeftNote[]): void {
    this.#list(notes);
    this.#host.changed();
  }

  #list(notes: readonly LeftNote[]): void {
    this.#notes = notes;
    part("left-notes").hidden = notes.length === 0;
    part("left-notes-list").replaceChildren(...notes.map((note) => this.#entry(note)));
  }

  /** Pressed once it asks, pressed twice it does: who wrote the note has it no more to give. */
  #deeds(note: LeftNote): HTMLElement[] {
    const { remove, shell } = this.#host;
    if (!remove) return [];
    const button = line("button", "popup-button", shell.say("left.remove"));
    let asked = false;
    button.addEventListener("click", () => {
      if (asked) return void this.#remove(note, remove);
      asked = true;
      button.textContent = shell.say("left.remove-indeed");
    });
    return [button];
  }

  async #remove(note: LeftNote, remove: RemoveNote): Promise<void> {
    const { shell } = this.#host;
    try {
      await remove(note.id);
    } catch {
      return shell.tell(shell.say("left.not-removed"));
    }
    this.hide();
    this.#show(this.#notes.filter((one) => one !== note));
    shell.tell(shell.say("left.removed"));
    const drawer = part("marks");
    if (drawer instanceof HTMLDialogElement && drawer.open) drawer.querySelector<HTMLElement>("button")?.focus();
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
    const deeds = this.#deeds(note);
    if (deeds.length) {
      const row = document.createElement("div");
      row.className = "mark-entry-deeds";
      row.append(...deeds);
      entry.append(row);
    }
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
