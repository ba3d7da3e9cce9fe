/** The reader's two bars: there when wanted, out of the way while reading. */

const LINGER = 4000;
const EDGE = 72;

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
      if (event.pointerType === "mouse" && atEdge) this.show();
    });
  }

  get shown(): boolean {
    return this.#body.dataset["controls"] === "shown";
  }

  show(): void {
    this.#body.dataset["controls"] = "shown";
    this.#leaveSoon();
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#body.dataset["controls"] = "hidden";
  }

  toggle(): void {
    if (this.shown) this.hide();
    else this.show();
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
    const used = this.#body.querySelector(".reader-bar :focus-visible, .reader-bar:hover, dialog[open]");
    if (used) this.#leaveSoon();
    else this.hide();
  }
}
