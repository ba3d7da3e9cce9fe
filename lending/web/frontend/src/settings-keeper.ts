/** Keeps the settings: in this browser for every book, with the loan for its other devices. */
import { type Choices, choicesOf, isAllowed, type Kept, laterOf, type Name, parseChoices, type Settings, settingsOf, toSend, usual, type Value } from "./settings.ts";

export const KEPT_AS = "lending.settings";
const SETTLED_AFTER = 1500;

export interface Answer {
  settings: Kept;
  /** By the server's clock, milliseconds since 1970; undefined if it did not say. */
  now: number | undefined;
}

/** Sends changes, and brings what the server then has. */
export type Exchange = (changes: Record<string, unknown>) => Promise<Answer>;

export class SettingsKeeper {
  readonly #exchange: Exchange;
  readonly #shelf: Pick<Storage, "getItem" | "setItem">;
  readonly #listeners: ((settings: Settings) => void)[] = [];
  #choices: Choices;
  #unsent: Choices = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(exchange: Exchange, shelf: Pick<Storage, "getItem" | "setItem"> = localStorage) {
    this.#exchange = exchange;
    this.#shelf = shelf;
    this.#choices = parseChoices(shelf.getItem(KEPT_AS));
  }

  get now(): Settings {
    return settingsOf(this.#choices);
  }

  changed(listener: (settings: Settings) => void): void {
    this.#listeners.push(listener);
  }

  set(name: Name, value: Value): void {
    this.#choose([[name, value]]);
  }

  /** Everything as it is when nobody has chosen anything. A choice too, so that it reaches the other devices. */
  reset(): void {
    const differing = Object.keys(this.#choices) as Name[];
    this.#choose(differing.map((name) => [name, usual[name]]));
  }

  /** In the background, once the book is open: what was chosen in other books is sent, what other devices chose is worn. */
  async sync(): Promise<void> {
    this.#unsent = this.#choices;
    await this.flush();
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const sending = this.#unsent;
    this.#unsent = {};
    try {
      const { settings, now } = await this.#exchange(toSend(sending, Date.now()));
      this.#adopt(choicesOf(settings, now === undefined ? 0 : Date.now() - now));
    } catch {
      // They stay in this browser with their times, and are sent with the next change or the next book.
      this.#unsent = laterOf(sending, this.#unsent);
    }
  }

  #choose(changes: readonly (readonly [Name, Value])[]): void {
    const at = Date.now();
    const made = Object.fromEntries(
      changes.filter(([name, value]) => isAllowed(name, value)).map(([name, value]) => [name, { value, at }]),
    );
    this.#choices = laterOf(this.#choices, made);
    this.#unsent = laterOf(this.#unsent, made);
    this.#keep();
    this.#tell();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SETTLED_AFTER);
  }

  /** The server has decided between the devices; only what was changed here since then is newer. */
  #adopt(merged: Choices): void {
    const before = JSON.stringify(this.now);
    this.#choices = laterOf({ ...this.#choices, ...merged }, this.#unsent);
    this.#keep();
    if (JSON.stringify(this.now) !== before) this.#tell();
  }

  #keep(): void {
    try {
      this.#shelf.setItem(KEPT_AS, JSON.stringify(this.#choices));
    } catch {
      // A browser that keeps nothing still shows what was chosen, until the page is left.
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.now);
  }
}
