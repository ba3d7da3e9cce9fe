/**
 * A frame can fail without a word: the network went between question and answer. foliate then waits for ever, or throws
 * where nobody catches. Either way somebody has to begin again after a while.
 */
const FRAME_MAY_TAKE = 25_000;
const AFTER_AN_ERROR = 1_500;

export class FramePatience {
  readonly #beginAgain: () => void;
  #timer = 0;

  constructor(beginAgain: () => void) {
    this.#beginAgain = beginAgain;
  }

  /** A frame is on its way. */
  await(): void {
    this.#after(FRAME_MAY_TAKE);
    addEventListener("error", this.#failed, { once: true });
  }

  /** It came, or nobody waits for it any more. */
  calm(): void {
    clearTimeout(this.#timer);
    removeEventListener("error", this.#failed);
  }

  readonly #failed = (): void => this.#after(AFTER_AN_ERROR);

  #after(milliseconds: number): void {
    this.calm();
    this.#timer = window.setTimeout(this.#beginAgain, milliseconds);
  }
}
