/** A small panel that stands beside a place on the page: shown, placed, closed by Escape, the focus given back. */
import type { Box } from "./pages.ts";
import { placeBeside } from "./placing.ts";

export class Popup {
  readonly element: HTMLElement;
  readonly #closed: () => void;

  /** `closed`: called when it closes, for the focus and whatever was selected. */
  constructor(element: HTMLElement, closed: () => void) {
    this.element = element;
    this.#closed = closed;
    element.addEventListener("keydown", (event) => this.#pressed(event));
  }

  get open(): boolean {
    return !this.element.hidden;
  }

  show(box: Box, prefer: "above" | "below"): void {
    this.element.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const { left, top } = placeBeside(box, { width, height }, { width: innerWidth, height: innerHeight }, prefer);
    this.element.style.left = `${left}px`;
    this.element.style.top = `${top}px`;
  }

  hide(): void {
    if (this.element.hidden) return;
    const hadFocus = this.element.contains(document.activeElement);
    this.element.hidden = true;
    if (hadFocus) this.#closed();
  }

  /** The arrow keys walk through the buttons; Escape leaves. None of them turns the page. */
  #pressed(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key === "Escape") return this.hide();
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...this.element.querySelectorAll<HTMLElement>("button:not([hidden])")];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  }
}
