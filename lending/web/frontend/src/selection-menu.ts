/** What can be done with selected words: a small menu beside them, reached by hand or by keyboard. */
import type { Pencil } from "./marks.ts";
import type { Box, Passage } from "./pages.ts";
import { Popup } from "./popup.ts";
import { copied, mayCopy } from "./quoting.ts";
import type { Shell } from "./shell.ts";
import { part } from "./texts.ts";

export interface SelectionDeeds {
  highlight: (passage: Passage, ink: Pencil) => void;
  note: (passage: Passage) => void;
  search: (words: string) => void;
  lookUp: (words: string) => void;
  aloud: (passage: Passage) => void;
}

/** Longer is not looked for or looked up. */
const LONGEST_QUERY = 200;

export class SelectionMenu {
  readonly #shell: Shell;
  readonly #popup: Popup;
  readonly #quotation: number | null;
  #passage: Passage | undefined;
  /** A finger lies on the menu: that the browser drops the selection now is no reason to leave. */
  #pressed = false;

  /** `quotation`: how many characters may be copied at once; null sets no limit. */
  constructor(shell: Shell, quotation: number | null, deeds: SelectionDeeds) {
    this.#shell = shell;
    this.#quotation = quotation;
    this.#popup = new Popup(part("selection-menu"), () => shell.backToBook());
    part("selection-menu").addEventListener("pointerdown", () => (this.#pressed = true));
    for (const leaving of ["pointerup", "pointercancel"]) {
      addEventListener(leaving, () => setTimeout(() => (this.#pressed = false), 300));
    }
    for (const button of part("selection-menu").querySelectorAll<HTMLElement>("[data-ink]")) {
      this.#does(button, (passage) => deeds.highlight(passage, button.dataset["ink"] as Pencil));
    }
    this.#does(part("selection-note"), deeds.note);
    this.#does(part("selection-copy"), (passage) => void this.#copy(passage.text));
    this.#does(part("selection-search"), ({ text }) => deeds.search(oneLine(text)));
    this.#does(part("selection-look-up"), ({ text }) => deeds.lookUp(oneLine(text)));
    this.#does(part("selection-aloud"), deeds.aloud);
  }

  get open(): boolean {
    return this.#popup.open;
  }

  get passage(): Passage | undefined {
    return this.#passage;
  }

  /** Beside the words that were selected; away when they no longer are. A finger's own menu stands above them. */
  show(selection: { passage: Passage; box: Box } | undefined): void {
    if (!selection && this.#pressed) return;
    this.#passage = selection?.passage;
    if (!selection?.passage.text.trim()) return this.#popup.hide();
    const short = oneLine(selection.passage.text).length <= LONGEST_QUERY;
    part("selection-search").hidden = part("selection-look-up").hidden = !short;
    this.#popup.show(selection.box, matchMedia("(pointer: coarse)").matches ? "below" : "above");
  }

  hide(): void {
    this.#popup.hide();
    this.#passage = undefined;
  }

  /** For the keyboard: from the selected words into their menu. */
  enter(): void {
    part("selection-menu").querySelector("button")?.focus();
  }

  /** Ctrl+C is held to the same limit as the menu. */
  copying(event: ClipboardEvent, text: string): void {
    if (mayCopy(text, this.#quotation)) return;
    event.preventDefault();
    this.#shell.tell(this.#shell.say("copy.too-much"));
  }

  async #copy(text: string): Promise<void> {
    if (!mayCopy(text, this.#quotation)) return this.#shell.tell(this.#shell.say("copy.too-much"));
    const done = await copied(text);
    this.#shell.tell(this.#shell.say(done ? "copy.done" : "copy.failed"));
  }

  #does(button: HTMLElement, deed: (passage: Passage) => void): void {
    // The press is not to take the selection away before the deed is done.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      const passage = this.#passage;
      this.#popup.hide();
      if (passage) deed(passage);
    });
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
