/** One page turn after the other: foliate loses a turn that comes while another is under way, and hands are faster. */

/** A key held down over a slow network asks for more pages than anybody meant. */
const MOST_WAITING = 12;

export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** How many are under way or wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Does `turn` when those before it are done. Many more than hands make are let go. */
  async after(turn: () => Promise<unknown>): Promise<void> {
    if (this.#waiting >= MOST_WAITING) return;
    this.#waiting += 1;
    const mine = this.#last.then(turn).finally(() => (this.#waiting -= 1));
    this.#last = mine.catch(() => undefined);
    await mine;
  }
}
