/** Asking the same thing over and over while somebody looks: often while the page is seen, seldom while not, and ever
 * more seldom while nobody answers. */

const SEEN = 2_000;
const UNSEEN = 30_000;
const LONGEST = 60_000;

/** How long to wait before asking again. */
export function pause(failures: number, hidden: boolean): number {
  return Math.min(LONGEST, (hidden ? UNSEEN : SEEN) * 2 ** Math.min(failures, 5));
}

/** Asks until `ask` says that there is nothing more to hear. Comes back at once when the page is seen again. */
export class Asking {
  readonly #ask: () => Promise<boolean>;
  readonly #failed: (refused: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #over = false;

  constructor(ask: () => Promise<boolean>, failed: (refused: unknown) => void) {
    this.#ask = ask;
    this.#failed = failed;
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) void this.now();
    });
  }

  async now(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#over) return;
    try {
      this.#over = !(await this.#ask());
      this.#failures = 0;
    } catch (refused) {
      this.#failures += 1;
      this.#failed(refused);
    }
    clearTimeout(this.#timer);
    if (!this.#over) this.#timer = setTimeout(() => void this.now(), pause(this.#failures, document.hidden));
  }

  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }
}
