/** After a leap through the book: the button that leads back. */
import { part } from "./texts.ts";

const SHOWN_FOR = 12_000;

export class JumpBack {
  readonly #button = part("jump-back");
  #timer: ReturnType<typeof setTimeout> | undefined;
  #back: (() => void) | undefined;

  constructor() {
    this.#button.addEventListener("click", () => {
      this.hide();
      this.#back?.();
    });
  }

  offer(back: () => void): void {
    clearTimeout(this.#timer);
    this.#back = back;
    this.#button.hidden = false;
    this.#timer = setTimeout(() => this.#leave(), SHOWN_FOR);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#button.hidden = true;
  }

  #leave(): void {
    if (this.#button.matches(":focus-visible, :hover")) this.#timer = setTimeout(() => this.#leave(), SHOWN_FOR);
    else this.hide();
  }
}
