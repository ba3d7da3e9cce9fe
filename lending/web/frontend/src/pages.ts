/** What every kind of book offers to the reader's controls. The EPUB and the PDF side each implement it. */

export interface Chapter {
  label: string;
  /** Where it leads, in the words of the side that made it; null for a heading that leads nowhere. */
  target: string | number | null;
  children: readonly Chapter[];
}

export interface Whereabouts {
  locator: Readonly<Record<string, unknown>>;
  /** 0 to 1, through the whole book. */
  fraction: number;
  /** The target of the chapter that the page belongs to, as in `contents`. */
  chapter: string | number | null;
  /** PDF: "12" or the book's own label; and of how many. EPUB has none. */
  page?: { label: string; number: number; count: number };
}

export type Theme = "light" | "sepia" | "dark";

export interface Look {
  theme: Theme;
  /** Per cent of the book's own size. EPUB only. */
  size: number;
}

export type Direction = "ltr" | "rtl";

export interface Pages {
  readonly contents: readonly Chapter[];
  readonly direction: Direction;
  /** Shows the book at `kept`, or at its start. */
  open(kept: Readonly<Record<string, unknown>> | undefined): Promise<void>;
  next(): Promise<void>;
  previous(): Promise<void>;
  first(): Promise<void>;
  last(): Promise<void>;
  go(target: string | number): Promise<void>;
  goToFraction(fraction: number): Promise<void>;
  wear(look: Look): void;
  /** Larger or smaller; -1, 0 (back to the page's fit) or 1. PDF and fixed layout only: text has `Look.size`. */
  zoom?(step: -1 | 0 | 1): void;
  /** After a link inside the book: back to where it was followed. EPUB only. */
  back?(): void;
  /** Takes every trace of the book off the page. */
  close(): void;
}

/** What the pages tell the reader. */
export interface PagesHost {
  moved(where: Whereabouts): void;
  /** A place on the page was tapped: 0 to 1 from its left edge. */
  tapped(across: number): void;
  key(event: KeyboardEvent): void;
  swiped(towards: "left" | "right"): void;
  external(href: string): void;
  /** A link inside the book was followed. */
  jumped(): void;
  /** A part of the book is damaged or missing; the words for it. */
  partMissing(): string;
  busy(yes: boolean): void;
}
