/** What the parts of the reading page share: the open book, the words, the way to a place and back. */
import type { Locator, Pages } from "./pages.ts";

export type Say = (key: string, values?: Record<string, string | number>) => string;

export interface Shell {
  readonly stage: HTMLElement;
  /** The open book; undefined before it is open and once its loan is over. */
  readonly pages: Pages | undefined;
  readonly say: Say;
  /** The keyboard is with the page of the book again. */
  backToBook(): void;
  /** Goes there, and offers the way back. */
  go(target: string | number | Locator): Promise<void>;
  /** Goes to a share of the book, 0 to 1, and offers the way back. The bars stay: the hand is on them. */
  goToFraction(fraction: number): Promise<void>;
  /** A few words that leave by themselves, perhaps with something to press. */
  tell(words: string, deed?: { label: string; done: () => void }): void;
}
