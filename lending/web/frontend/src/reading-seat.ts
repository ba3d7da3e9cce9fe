/**
 * The loan's reading seat, as this window sees it: a book is read in one window at a time, and the others offer to take over.
 *
 * Each question after the loan's status names the window; the answer says whether it is read here. It is comfort: while
 * the library doesn't know who sits where, everything stays as it is.
 */
import type { Shelf } from "./position.ts";

export type Seat = "here" | "elsewhere";

export interface SeatOptions {
  loan: string;
  /** Tells the library that the book is read in this window from now on. */
  take: (window: string) => Promise<unknown>;
  /** Tells it that the window is out of sight. The page may be closing. */
  leave: (window: string) => Promise<unknown>;
  /** The book is read elsewhere now, or here again. */
  changed: (elsewhere: boolean) => void;
  /** Holds the window's name, so that it has the same one after a reload. */
  shelf?: Shelf;
  /** The reader's other windows in this browser. */
  others?: Pick<BroadcastChannel, "addEventListener" | "postMessage">;
  /** Whether the window is in sight. */
  isSeen?: () => boolean;
  now?: () => number;
}

export class ReadingSeat {
  readonly #options: SeatOptions;
  readonly #shelf: Shelf;
  readonly #isSeen: () => boolean;
  readonly #now: () => number;
  readonly #kept: string;
  #window: string;
  #sits = false;
  #elsewhere = false;
  /** In view again, the window asks like one that was just opened. */
  #returned = false;
  /** What was asked before this moment is not so any more. */
  #takenAt = 0;

  constructor(options: SeatOptions) {
    this.#options = options;
    this.#shelf = options.shelf ?? sessionStorage;
    this.#isSeen = options.isSeen ?? (() => document.visibilityState !== "hidden");
    this.#now = options.now ?? (() => performance.now());
    this.#kept = `lending.seat.${options.loan}`;
    this.#window = this.#shelf.getItem(this.#kept) ?? this.#name();
    const others = options.others ?? new BroadcastChannel(this.#kept);
    // A tab that is duplicated takes its storage along: the younger window keeps the name that both had.
    others.addEventListener("message", ({ data }) => data === this.#window && (this.#window = this.#name()));
    others.postMessage(this.#window);
  }

  /** Whether this window has given way to another. */
  get elsewhere(): boolean {
    return this.#elsewhere;
  }

  /** What the loan's status is asked with. A window out of sight may ask too, for what it still loads: nobody reads there. */
  get query(): string {
    const waits = (this.#elsewhere && !this.#returned) || !this.#isSeen();
    return `window=${this.#window}${waits ? "&waits=true" : ""}`;
  }

  /** The library's answer to what was asked at `askedAt`. */
  heard(seat: Seat | null | undefined, askedAt: number): void {
    if (!seat || askedAt < this.#takenAt) return;
    this.#returned = false;
    this.#sits = seat === "here";
    this.#set(!this.#sits);
  }

  /** The reader goes on here. Whatever becomes of the message: nobody is kept from reading. */
  async take(): Promise<void> {
    this.#takenAt = Infinity;
    this.#set(false);
    await this.#options.take(this.#window).catch(() => undefined);
    this.#takenAt = this.#now();
    this.#sits = true;
  }

  leave(): void {
    if (!this.#sits) return;
    this.#sits = false;
    void this.#options.leave(this.#window).catch(() => undefined);
  }

  cameBack(): void {
    this.#returned = true;
  }

  #name(): string {
    const name = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    this.#shelf.setItem(this.#kept, name);
    return name;
  }

  #set(elsewhere: boolean): void {
    if (elsewhere === this.#elsewhere) return;
    this.#elsewhere = elsewhere;
    this.#options.changed(elsewhere);
  }
}
