/** The reader's two bars: there when wanted, out of the way while reading. */

const LINGER = 4000;
const EDGE = 72;
/** What stands over the foot of the page rises and sinks with the bars. */
const OVER = ".reader-over";

export class Controls {
  readonly #body: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(body: HTMLElement, bars: readonly HTMLElement[]) {
    this.#body = body;
    for (const bar of bars) {
      bar.addEventListener("focusin", () => this.show());
      bar.addEventListener("pointerenter", () => this.#stay());
      bar.addEventListener("pointerleave", () => this.#leaveSoon());
    }
    addEventListener("pointermove", (event) => {
      const atEdge = event.clientY < EDGE || event.clientY > innerHeight - EDGE;
      if (event.pointerType === "mouse" && atEdge && !this.#isHeld()) this.show();
    });
  }

  get shown(): boolean {
    return this.#body.dataset["controls"] === "shown";
  }

  show(): void {
    this.#body.dataset["controls"] = "shown";
    this.#leaveSoon();
  }

  /** For the page to be seen. While a hand is on what stands over its foot, that is not to move from under it. */
  hide(): void {
    if (!this.#isHeld()) this.#putAway();
  }

  toggle(): void {
    if (this.shown) this.#putAway();
    else this.show();
  }

  #putAway(): void {
    clearTimeout(this.#timer);
    this.#body.dataset["controls"] = "hidden";
  }

  #isHeld(): boolean {
    return this.#body.querySelector(`${OVER}:hover`) !== null;
  }

  #stay(): void {
    clearTimeout(this.#timer);
  }

  #leaveSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hideUnlessUsed(), LINGER);
  }

  /** Somebody at a bar by keyboard, or in an open panel, is not to lose it. */
  #hideUnlessUsed(): void {
    const used = this.#body.querySelector(`.reader-bar :focus-visible, .reader-bar:hover, ${OVER}:hover, dialog[open]`);
    if (used) this.#leaveSoon();
    else this.hide();
  }
}
