/** Keeps where the reader is: a while after each page turn, and at once when the page is put away. */

export interface Place {
  locator: Readonly<Record<string, unknown>>;
  fraction: number;
}

/** A place that the server gives back for a loan never read before is empty. */
export type KeptPlace = Place | Record<string, never>;

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const SETTLED_AFTER = 1500;

export class PositionKeeper {
  readonly #send: (place: Place) => Promise<void>;
  readonly #shelf: Shelf;
  readonly #name: string;
  #unsent: Place | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `shelf` holds what is not sent yet: a reload is faster than the last message before it. */
  constructor(loan: string, send: (place: Place) => Promise<void>, shelf: Shelf = sessionStorage) {
    this.#send = send;
    this.#shelf = shelf;
    this.#name = `lending.place.${loan}`;
  }

  /** The place to open at: what this tab knows and the server perhaps not yet, else what the server has. */
  newest(kept: KeptPlace): KeptPlace {
    const unsent = this.#shelf.getItem(this.#name);
    return unsent ? (JSON.parse(unsent) as Place) : kept;
  }

  moved(place: Place): void {
    this.#unsent = place;
    this.#shelf.setItem(this.#name, JSON.stringify(place));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SETTLED_AFTER);
  }

  /** Sends what is unsent. A failure keeps it, for the next turn or the next flush. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const place = this.#unsent;
    if (!place) return;
    this.#unsent = undefined;
    try {
      await this.#send(place);
      if (!this.#unsent) this.#shelf.removeItem(this.#name);
    } catch {
      this.#unsent ??= place;
    }
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#unsent = undefined;
    this.#shelf.removeItem(this.#name);
  }
}
