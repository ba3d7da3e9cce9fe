/** Asks for news again and again while the page is seen: often, and seldom while the library can't answer. */
import { Problem } from "./problems.ts";
import type { Tidings } from "./toasts.ts";

export interface Heard {
  news: Tidings[];
  /** Something happened to the owner's copies, whoever did it. */
  changed: boolean;
  /** From where to go on. */
  after: string;
}

export interface NewsWatchOptions {
  after: string;
  ask: (after: string) => Promise<Heard>;
  tell: (tidings: Tidings) => void;
  changed: () => void;
  isSeen: () => boolean;
  wait?: (milliseconds: number) => Promise<void>;
}

const EVERY = 1500;
const LONGEST_WAIT = 60_000;

export class NewsWatch {
  readonly #options: NewsWatchOptions;
  #after: string;
  #pause = EVERY;
  #asking = false;
  #over = false;

  constructor(options: NewsWatchOptions) {
    this.#options = options;
    this.#after = options.after;
  }

  /** Goes on until the page is out of sight, or whoever reads it is signed out. In view again, call it again. */
  async watch(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    while (this.#options.isSeen() && !this.#over) {
      await this.#look();
      await (this.#options.wait ?? pause)(this.#pause);
    }
    this.#asking = false;
  }

  async #look(): Promise<void> {
    try {
      const { news, changed, after } = await this.#options.ask(this.#after);
      this.#after = after;
      this.#pause = EVERY;
      news.forEach((tidings) => this.#options.tell(tidings));
      if (changed) this.#options.changed();
    } catch (trouble) {
      // Signed out, or no owner any more: nothing here will change that.
      this.#over = trouble instanceof Problem && trouble.status < 500;
      this.#pause = Math.min(this.#pause * 2, LONGEST_WAIT);
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
