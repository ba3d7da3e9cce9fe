/** The help sheet of keys: the same table for everyone, read out as a list. */
import { dialog } from "./dialogs.ts";
import type { Say } from "./shell.ts";
import { part } from "./texts.ts";

/** Keys, the text that says what they do, and whether they are single characters that can be turned off. */
const rows: readonly (readonly [readonly string[], string, boolean])[] = [
  [["→", "←"], "keys.turn", false],
  [["␣", "⇧ ␣"], "keys.space", false],
  [["Home", "End"], "keys.ends", false],
  [["Esc", "M"], "keys.bars", false],
  [["T"], "keys.contents", true],
  [["/", "Ctrl F"], "keys.search", false],
  [["B"], "keys.bookmark", true],
  [["N"], "keys.marks", true],
  [["Enter"], "keys.selection", false],
  [["H"], "keys.pencil", true],
  [["S"], "keys.sentence", true],
  [["L"], "keys.look", true],
  [["+", "−", "0"], "keys.size", true],
  [["R"], "keys.aloud", true],
  [["F"], "keys.full", true],
  [["?"], "keys.help", true],
];

export class KeysSheet {
  readonly #panel = dialog("keys");
  readonly #say: Say;

  constructor(say: Say) {
    this.#say = say;
  }

  /** `single`: whether single characters do something just now. */
  open(single: boolean): void {
    const shown = rows.filter(([, , isSingle]) => single || !isSingle);
    part("keys-list").replaceChildren(...shown.flatMap(([keys, text]) => this.#row(keys, text)));
    this.#panel.showModal();
  }

  #row(keys: readonly string[], text: string): HTMLElement[] {
    const term = document.createElement("dt");
    for (const key of keys) {
      const cap = document.createElement("kbd");
      cap.textContent = key;
      term.append(cap, " ");
    }
    const meaning = document.createElement("dd");
    meaning.textContent = this.#say(text);
    return [term, meaning];
  }
}
