/** Keeps the screen on while a book is open, if the reader wishes so and the browser can. */

export class WakeLock {
  #wanted = false;
  #held: WakeLockSentinel | undefined;

  constructor() {
    // Browsers let go when the page is put away; it is taken again when the reader is back.
    document.addEventListener("visibilitychange", () => void this.#take());
  }

  want(yes: boolean): void {
    if (yes === this.#wanted) return;
    this.#wanted = yes;
    if (yes) void this.#take();
    else this.release();
  }

  release(): void {
    this.#wanted = false;
    void this.#held?.release().catch(() => undefined);
    this.#held = undefined;
  }

  async #take(): Promise<void> {
    if (!this.#wanted || document.hidden || (this.#held && !this.#held.released)) return;
    // Refused when the battery is low, say: then the screen does as it always does.
    this.#held = await navigator.wakeLock?.request("screen").catch(() => undefined);
    // The book was closed while the browser was still asked.
    if (!this.#wanted) this.release();
  }
}
