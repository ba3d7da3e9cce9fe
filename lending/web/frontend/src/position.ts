/** Keeps where the reader is: a while after each page turn, and at once when the page is put away. */

export interface Place {
  locator: Readonly<Record<string, unknown>>;
  fraction: number;
}

/** What the server has: nothing for a loan never read before. */
export interface KeptPlace extends Partial<Place> {
  /** This device's own last place, where reading has gone on on another device since. */
  elsewhere?: (Place & { read_at: string }) | null;
}

/** A place as it is sent: whose, and how long ago it was read, for a device that was offline meanwhile. */
export interface PlaceToSend extends Place {
  device: string;
  seconds_ago: number;
}

/** A place and when it was read; milliseconds since 1970. */
interface ReadPlace extends Place {
  at: number;
}

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const SETTLED_AFTER = 1500;

export interface PositionOptions {
  loan: string;
  device: string;
  send: (place: PlaceToSend) => Promise<void>;
  /** Holds what is not sent yet: a reload is faster than the last message before it. */
  shelf?: Shelf;
  now?: () => number;
}

export class PositionKeeper {
  readonly #options: PositionOptions;
  readonly #shelf: Shelf;
  readonly #now: () => number;
  readonly #name: string;
  #unsent: ReadPlace | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PositionOptions) {
    this.#options = options;
    this.#shelf = options.shelf ?? sessionStorage;
    this.#now = options.now ?? Date.now;
    this.#name = `lending.place.${options.loan}`;
  }

  /** The place to open at: what this tab knows and the server perhaps not yet, else what the server has. */
  newest(kept: KeptPlace): KeptPlace {
    const unsent = this.#shelf.getItem(this.#name);
    return unsent ? (JSON.parse(unsent) as ReadPlace) : kept;
  }

  moved({ locator, fraction }: Place): void {
    this.#unsent = { locator, fraction, at: this.#now() };
    this.#shelf.setItem(this.#name, JSON.stringify(this.#unsent));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SETTLED_AFTER);
  }

  /** Sends what is unsent. A failure keeps it, for the next turn or the next flush. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const place = this.#unsent;
    if (!place) return;
    this.#unsent = undefined;
    const { locator, fraction, at } = place;
    const seconds_ago = Math.max(0, (this.#now() - at) / 1000);
    try {
      await this.#options.send({ locator, fraction, device: this.#options.device, seconds_ago });
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

/** This browser's name among a loan's devices: random, and the same for all its loans. */
export function deviceName(shelf: Shelf = localStorage): string {
  const kept = shelf.getItem("lending.device");
  if (kept && /^[0-9a-f-]{36}$/.test(kept)) return kept;
  const made = [8, 4, 4, 4, 12].map((length) => randomHex(length)).join("-");
  try {
    shelf.setItem("lending.device", made);
  } catch {
    // A browser that keeps nothing is another device each time.
  }
  return made;
}

function randomHex(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return [...bytes].map((byte) => (byte % 16).toString(16)).join("");
}
