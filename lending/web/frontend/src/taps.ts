/** A tap turns the page; a double click chooses a word. So a mouse's click waits a moment for its second half. */

const SECOND_HALF = 240;

export class Taps {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Does `act` for a tap: at once for a finger, which chooses words by staying; for a mouse unless it clicks again. */
  tapped(event: MouseEvent, act: () => void): void {
    clearTimeout(this.#timer);
    if (event.detail > 1) return;
    if (!isMouse(event)) return act();
    this.#timer = setTimeout(act, SECOND_HALF);
  }

  /** What waits is let go: something was chosen, or the book is closed. */
  cancel(): void {
    clearTimeout(this.#timer);
  }
}

function isMouse(event: MouseEvent): boolean {
  return (event as PointerEvent).pointerType === "mouse";
}
