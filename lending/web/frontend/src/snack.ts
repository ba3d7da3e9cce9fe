/** A few words at the foot of the page that leave by themselves, perhaps with something to press. */
import { part } from "./texts.ts";

const SHOWN_FOR = 3500;
/** Whoever is to press something gets the time to reach it. */
const SHOWN_WITH_DEED = 9000;

export class Snack {
  readonly #place = part("snack");
  readonly #words = part("snack-words");
  readonly #button = part<HTMLButtonElement>("snack-deed");
  #timer: ReturnType<typeof setTimeout> | undefined;
  #deed: (() => void) | undefined;

  constructor() {
    this.#button.addEventListener("click", () => {
      const deed = this.#deed;
      this.hide();
      deed?.();
    });
  }

  show(words: string, deed?: { label: string; done: () => void }): void {
    clearTimeout(this.#timer);
    this.#deed = deed?.done;
    this.#words.textContent = words;
    this.#button.hidden = !deed;
    this.#button.textContent = deed?.label ?? "";
    // An open panel lies above everything else on the page: the words are shown in it.
    (document.querySelector("dialog[open]") ?? document.body).append(this.#place);
    this.#place.hidden = false;
    this.#timer = setTimeout(() => this.#leave(), deed ? SHOWN_WITH_DEED : SHOWN_FOR);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#place.hidden = true;
    document.body.append(this.#place);
  }

  /** Whoever is about to press the button is not to lose it. */
  #leave(): void {
    if (this.#place.matches(":focus-within, :hover")) this.#timer = setTimeout(() => this.#leave(), SHOWN_FOR);
    else this.hide();
  }
}
