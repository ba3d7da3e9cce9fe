/** Keeps where the reader is: a while after each page turn, and at once when the page is put away. */

export interface Place {
  locator: Readonly<Record<string, unknown>>;
  fraction: number;
}

/** A place that the server gives back for a loan never read before is empty. */
export type KeptPlace = Place | Record<string, never>;

const SETTLED_AFTER = 1500;

export class PositionKeeper {
  readonly #send: (place: Place) => Promise<void>;
  #unsent: Place | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (place: Place) => Promise<void>) {
    this.#send = send;
  }

  moved(place: Place): void {
    this.#unsent = place;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SETTLED_AFTER);
  }

  /** Sends what is unsent. A failure keeps it, for the next turn or the next flush. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const place = this.#unsent;
    if (!place) return;
    this.#unsent = undefined;
    await this.#send(place).catch(() => (this.#unsent ??= place));
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#unsent = undefined;
  }
}
