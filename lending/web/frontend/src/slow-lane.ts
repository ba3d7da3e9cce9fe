/**
 * Where requests wait that came faster than anyone reads. When the time that the server named is over they go on, one
 * by one, the newest first: who held a key down looks at the page that was asked for last.
 */
export class SlowLane {
  readonly #waiting: (() => void)[] = [];
  readonly #changed: (slowed: boolean) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #inside = 0;

  /** `changed` is told when the first one enters and when the last one has left. */
  constructor(changed: (slowed: boolean) => void) {
    this.#changed = changed;
  }

  enter(): void {
    this.#inside += 1;
    if (this.#inside === 1) this.#changed(true);
  }

  /** Resolves when it is time to try again: nobody does before `seconds` are over. */
  turn(seconds: number): Promise<void> {
    this.#timer ??= setTimeout(() => this.#open(), seconds * 1000);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Its request was answered: the next may try, unless somebody was just told to wait. */
  leave(): void {
    this.#inside -= 1;
    if (this.#inside === 0) this.#changed(false);
    if (!this.#timer) this.#open();
  }

  #open(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.pop()?.();
  }
}
