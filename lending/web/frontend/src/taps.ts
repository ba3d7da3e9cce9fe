/** A tap turns the page; a double click chooses a word. So a mouse's click waits a moment for its second half. */

const SECOND_HALF = 240;

export class Taps {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: (() => unknown) | undefined;

  /**
   * Does `act` for a tap: at once for a finger, which chooses words by staying. A second click that chose nothing (whoever
   * calls knows) was no double click: both were taps.
   */
  tapped(event: MouseEvent, act: () => unknown): void {
    const before = this.#waiting;
    this.cancel();
    if (event.detail > 1) {
      before?.();
      return void act();
    }
    if (!isMouse(event)) return void act();
    this.#waiting = act;
    this.#timer = setTimeout(() => {
      this.#waiting = undefined;
      act();
    }, SECOND_HALF);
  }

  /** What waits is let go: something was chosen, or the book is closed. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#waiting = undefined;
  }
}

function isMouse(event: MouseEvent): boolean {
  return (event as PointerEvent).pointerType === "mouse";
}
