/** A note of the book, brought to its number. */
import type { Note } from "./pages.ts";
import { Popup } from "./popup.ts";
import type { Shell } from "./shell.ts";
import { part } from "./texts.ts";

export class NotePopup {
  readonly #popup: Popup;
  readonly #body = part("note-body");
  #target = "";

  /** `outside`: where a link in the note leads out of the book. */
  constructor(shell: Shell, outside: (href: string) => void) {
    this.#popup = new Popup(part("note"), () => shell.backToBook());
    part("note-close").addEventListener("click", () => this.hide());
    part("note-go").addEventListener("click", () => {
      const target = this.#target;
      this.hide();
      void shell.go(target);
    });
    this.#body.addEventListener("click", (event) => {
      const link = (event.target as Element).closest("a[href]");
      if (!link) return;
      event.preventDefault();
      const href = link.getAttribute("href") ?? "";
      this.hide();
      if (/^[a-z][a-z0-9+.-]*:/i.test(href)) outside(href);
      else void shell.go(href);
    });
  }

  get open(): boolean {
    return this.#popup.open;
  }

  show({ body, language, direction, target, box }: Note): void {
    this.#target = target;
    this.#body.replaceChildren(body);
    this.#body.lang = language;
    this.#body.dir = direction;
    this.#popup.show(box, "below");
    this.#body.scrollTo(0, 0);
    this.#popup.element.focus({ preventScroll: true });
  }

  hide(): void {
    this.#popup.hide();
    this.#body.replaceChildren();
  }
}
