/** One page turn after the other. foliate drops a turn that comes while another is under way; hands are faster. */

const MOST_WAITING = 3;

export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Does `turn` when those before it are done. More than a few waiting ones are let go: nobody meant them all. */
  async after(turn: () => Promise<unknown>): Promise<void> {
    if (this.#waiting >= MOST_WAITING) return;
    this.#waiting += 1;
    const mine = this.#last.then(turn).finally(() => (this.#waiting -= 1));
    this.#last = mine.catch(() => undefined);
    await mine;
  }
}
