/** Making and changing marks on the page: the bookmark button, the pencils, a tapped mark, the note that is written. */
import { dialog } from "./dialogs.ts";
import { type Mark, MOST_TEXT, type Pencil, pencils } from "./marks.ts";
import type { MarksBook } from "./marks-book.ts";
import type { Box, Decoration, Passage, Whereabouts } from "./pages.ts";
import { Popup } from "./popup.ts";
import type { Shell } from "./shell.ts";
import { part } from "./texts.ts";

export class Marking {
  readonly #shell: Shell;
  readonly #book: MarksBook;
  readonly #menu: Popup;
  readonly #editor = dialog("note-editor");
  readonly #editorWords = part<HTMLTextAreaElement>("note-editor-words");
  readonly #editorStays = part<HTMLInputElement>("note-editor-stays");
  readonly #others: () => readonly Decoration[];
  #ink: Pencil = "yellow";
  #tapped: Mark | undefined;
  #writing: Mark | undefined;

  /** `others`: what is drawn beneath the reader's own marks. */
  constructor(shell: Shell, book: MarksBook, others: () => readonly Decoration[]) {
    this.#others = others;
    this.#shell = shell;
    this.#book = book;
    this.#menu = new Popup(part("mark-menu"), () => shell.backToBook());
    for (const button of part("mark-menu").querySelectorAll<HTMLElement>("[data-ink]")) {
      button.addEventListener("click", () => this.#recolour(button.dataset["ink"] as Pencil));
    }
    part("mark-write").addEventListener("click", () => this.#leaveMenuFor((mark) => this.write(mark)));
    part("mark-remove").addEventListener("click", () => this.#leaveMenuFor((mark) => this.remove(mark)));
    part("note-editor-form").addEventListener("submit", () => this.#keepNote());
    book.changed(() => this.draw());
  }

  /** The pencil used last; a key without a choice takes it again. */
  get ink(): Pencil {
    return this.#ink;
  }

  /** Draws the highlights; the book draws those on the pages that are shown. */
  draw(): void {
    const drawn: Decoration[] = this.#book.all.flatMap(({ id, kind, locator, ink, note }) =>
      kind === "highlight" && ink ? [{ id, locator, ink, noted: note !== "" }] : [],
    );
    this.#shell.pages?.decorate("marks", [...this.#others(), ...drawn]);
    this.showBookmark();
  }

  /** Whether the bookmark button is pressed: one of the bookmarks is on the page that is shown. */
  showBookmark(): void {
    part("bookmark").setAttribute("aria-pressed", String(this.#bookmarksHere().length > 0));
  }

  toggleBookmark(where: Whereabouts): void {
    const here = this.#bookmarksHere();
    if (here.length) {
      for (const mark of here) this.#book.change(mark, { deleted: true });
      this.#offerBack(here);
      return;
    }
    const { locator, fraction, excerpt } = where;
    this.#book.add({ kind: "bookmark", locator, fraction, text: (excerpt ?? "").slice(0, MOST_TEXT), note: "", ink: "", stays: false });
    this.#shell.tell(this.#shell.say("marks.bookmarked"));
  }

  highlight({ locator, text, fraction }: Passage, ink: Pencil = this.#ink): Mark {
    this.#ink = ink;
    const mark = this.#book.add({ kind: "highlight", locator, fraction, text: text.slice(0, MOST_TEXT), note: "", ink, stays: false });
    this.#shell.pages?.deselect();
    return mark;
  }

  tapped(id: string, box: Box): void {
    const mark = this.#book.get(id);
    if (!mark) return;
    this.#tapped = mark;
    const note = part("mark-note");
    note.textContent = mark.note;
    note.hidden = !mark.note;
    for (const ink of pencils) {
      const button = part("mark-menu").querySelector(`[data-ink="${ink}"]`);
      button?.setAttribute("aria-pressed", String(ink === mark.ink));
    }
    this.#menu.show(box, "below");
    part("mark-menu").querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
  }

  write(mark: Mark): void {
    this.#writing = mark;
    part("note-editor-quoted").textContent = mark.text;
    this.#editorWords.value = mark.note;
    this.#editorStays.checked = mark.stays;
    this.#editor.showModal();
    this.#editorWords.focus();
  }

  remove(mark: Mark): void {
    this.#book.change(mark, { deleted: true });
    this.#offerBack([mark]);
  }

  get menuOpen(): boolean {
    return this.#menu.open;
  }

  hideMenu(): void {
    this.#menu.hide();
  }

  clear(): void {
    this.#menu.hide();
    for (const id of ["mark-note", "note-editor-quoted"]) part(id).textContent = "";
    this.#editorWords.value = "";
  }

  #bookmarksHere(): Mark[] {
    const pages = this.#shell.pages;
    if (!pages) return [];
    return this.#book.all.filter(({ kind, locator }) => kind === "bookmark" && pages.shows(locator));
  }

  #recolour(ink: Pencil): void {
    this.#ink = ink;
    this.#leaveMenuFor((mark) => this.#book.change(mark, { ink }));
  }

  #leaveMenuFor(deed: (mark: Mark) => void): void {
    const mark = this.#tapped;
    this.#menu.hide();
    if (mark) deed(mark);
  }

  #keepNote(): void {
    const mark = this.#writing;
    const note = this.#editorWords.value.trim();
    const stays = this.#editorStays.checked && note !== "";
    if (mark && (note !== mark.note || stays !== mark.stays)) this.#book.change(mark, { note, stays });
  }

  #offerBack(marks: readonly Mark[]): void {
    const label = this.#shell.say("marks.undo");
    this.#shell.tell(this.#shell.say(marks[0]?.kind === "bookmark" ? "marks.unbookmarked" : "marks.removed"), {
      label,
      done: () => {
        for (const mark of marks) this.#book.change({ ...mark, deleted: true }, { deleted: false });
      },
    });
  }
}
