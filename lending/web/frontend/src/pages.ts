/** What every kind of book offers to the reader's controls. The EPUB and the PDF side each implement it. */

/**
 * A place or a passage, as plain JSON in the words of the side that made it. It is kept with positions and marks.
 *
 * EPUB: `{cfi}` (a point or a range), or `{section, start, end}`: UTF-16 offsets in the text of that section, which is
 * its body's text nodes one after the other. PDF: `{page}` with or without `{start, end}`: offsets in the page's lines,
 * each followed by a line feed. The offsets are those of the server's search.
 */
export type Locator = Readonly<Record<string, unknown>>;

export interface Chapter {
  label: string;
  /** Where it leads, in the words of the side that made it; null for a heading that leads nowhere. */
  target: string | number | null;
  children: readonly Chapter[];
}

export interface Whereabouts {
  locator: Locator;
  /** 0 to 1, through the whole book. */
  fraction: number;
  /** The target of the chapter that the page belongs to, as in `contents`. */
  chapter: string | number | null;
  /** The page's own label ("12", "xii") in a PDF or an EPUB with a page list; `number` of `count` only for a PDF. */
  page?: { label: string; number?: number; count?: number };
  /** What is left of the chapter, for a reader of usual speed; a PDF tells pages. */
  left?: { minutes?: number; pages?: number };
  /** The first words on the page, for a bookmark's line. */
  excerpt: string;
}

export interface Passage {
  locator: Locator;
  text: string;
  /** 0 to 1: where in the book it begins, so that marks can be put in order. */
  fraction: number;
}

/** Four pencils. A hit is where a search led to; spoken is what is being read aloud; left is what others noted. */
export type Ink = "yellow" | "green" | "blue" | "pink" | "hit" | "spoken" | "left";

export interface Decoration {
  /** Unique among those drawn; told back by `markTapped`. */
  id: string;
  locator: Locator;
  ink: Ink;
  /** A note hangs on it. */
  noted?: boolean;
}

/** A sentence or so, to be spoken. */
export interface Utterance extends Passage {
  /** BCP 47, as far as the book says it. */
  language: string;
}

/** A book that brings its own voice (EPUB media overlays). */
export interface Narration {
  /** From the page that is shown, or from where it was paused. Turns pages as it goes. */
  play(): Promise<void>;
  pause(): void;
  readonly playing: boolean;
  /** It stopped because it has nothing to say: its sound is missing or damaged, or no page from here on is narrated. */
  readonly mute: boolean;
  /** 1 is the narrator's own speed. */
  speed: number;
  changed(listener: () => void): void;
}

export type Paper = "light" | "sepia" | "grey" | "dark" | "contrast";
export type Theme = Paper | "system";
export type Face = "book" | "serif" | "sans" | "dyslexic";
export type Flow = "pages" | "scroll";

/** How a book looks. What a kind of book can't do it leaves undone (see `Abilities`). */
export interface Look {
  theme: Theme;
  /** What `theme` comes to at this moment. */
  paper: Paper;
  face: Face;
  /** Per cent of the book's own size. */
  size: number;
  /** A multiple of the size; 0 leaves it to the book. */
  lineHeight: number;
  margins: "narrow" | "usual" | "wide";
  align: "book" | "start" | "justify";
  hyphens: "book" | "on" | "off";
  flow: Flow;
  /** Pages side by side: as the width allows, one, or two. */
  columns: "auto" | "one" | "two";
  /** Pages slide when they turn. */
  slide: boolean;
}

/** Which settings make sense for the open book. */
export interface Abilities {
  /** Its text flows: face, size, line height, margins, alignment, hyphens. */
  readonly flows: boolean;
  /** It can be scrolled through as well as paged. */
  readonly scrolls: boolean;
  /** Two pages can stand side by side. */
  readonly pairs: boolean;
  readonly rotates: boolean;
}

export type Direction = "ltr" | "rtl";

export interface Pages {
  readonly contents: readonly Chapter[];
  /** Labels of the printed pages, in order; empty if the book brings none (a PDF has its own numbers). */
  readonly pageList: readonly Chapter[];
  readonly direction: Direction;
  readonly abilities: Abilities;
  /** Shows the book at `kept`, or at its start. */
  open(kept: Locator | undefined): Promise<void>;
  next(): Promise<void>;
  previous(): Promise<void>;
  first(): Promise<void>;
  last(): Promise<void>;
  /** A chapter's target, a page's number or label, or a locator. */
  go(target: string | number | Locator): Promise<void>;
  goToFraction(fraction: number): Promise<void>;
  wear(look: Look): void;
  /** Larger or smaller; -1, 0 (back to the page's fit) or 1. PDF and fixed layout only: text has `Look.size`. */
  zoom?(step: -1 | 0 | 1): void;
  /** A quarter turn to the right. PDF only. */
  rotate?(): void;
  /** After a link inside the book: back to where it was followed. */
  back?(): void;
  /** Whether the place is on the page that is shown. */
  shows(locator: Locator): boolean;
  /** Draws these of one kind, and takes away what was drawn of that kind before. */
  decorate(kind: "marks" | "hits" | "spoken", decorations: readonly Decoration[]): void;
  /** The selected text, or undefined. */
  selection(): Passage | undefined;
  deselect(): void;
  /** What is to be spoken from the shown page (or `from`) to the end of the book, piece by piece. */
  spoken(from?: Locator): AsyncIterable<Utterance>;
  readonly narration?: Narration;
  /** Takes every trace of the book off the page. */
  close(): void;
}

/** A rectangle in the window, CSS pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A note at the foot of a page or the end of a book, brought to its number. */
export interface Note {
  /** The note's own markup, made of harmless elements only. */
  body: DocumentFragment;
  language: string;
  direction: Direction;
  /** For `Pages.go`: where it stands in the book. */
  target: string;
  /** Where its number stands. */
  box: Box;
}

/** What the pages tell the reader. */
export interface PagesHost {
  moved(where: Whereabouts): void;
  /** A place on the page was tapped: 0 to 1 from its left edge. */
  tapped(across: number): void;
  key(event: KeyboardEvent): void;
  /** A mouse or finger moved over the page: how far from the window's top, in CSS pixels. */
  pointed(top: number): void;
  swiped(towards: "left" | "right"): void;
  external(href: string): void;
  /** A link inside the book was followed. */
  jumped(): void;
  note(note: Note): void;
  /** Text was selected; `undefined` when it no longer is. Not told while a finger or mouse still draws. */
  selected(selection: { passage: Passage; box: Box } | undefined): void;
  /** A drawn mark was tapped. */
  markTapped(id: string, box: Box): void;
  /** The reader is about to copy; the host decides what reaches the clipboard. */
  copying(event: ClipboardEvent, text: string): void;
  /** A part of the book is damaged or missing; the words for it. */
  partMissing(): string;
  busy(yes: boolean): void;
}
