/** Bookmarks and highlights as data: what the server keeps of them, and how this page's unsent changes lie over it. Pure. */
import type { Ink, Locator } from "./pages.ts";

export type Pencil = Exclude<Ink, "hit" | "spoken" | "left">;
export const pencils: readonly Pencil[] = ["yellow", "green", "blue", "pink"];

/** What a reader wrote; the same for a mark that is kept and a change that is on its way. */
export interface Writing {
  id: string;
  kind: "bookmark" | "highlight";
  locator: Locator;
  fraction: number;
  /** The words that it stands at. */
  text: string;
  note: string;
  ink: Pencil | "";
  /** The note is left in the book, for the next reader and the owner. */
  stays: boolean;
  deleted: boolean;
}

export interface Mark extends Writing {
  /** Counts the loan's changes; 0 for a mark that the server has not seen. */
  revision: number;
}

/** `base`: the revision that this change knew. */
export interface Change extends Writing {
  base: number;
}

export const MOST_TEXT = 4000;
export const MOST_NOTE = 10_000;

/** As an id that no other device makes. `bytes`: 16 random ones. */
export function idOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What waited in the storage since before notes could stay says nothing of it. */
export function writingOf({ id, kind, locator, fraction, text, note, ink, stays, deleted }: Writing): Writing {
  return { id, kind, locator, fraction, text, note, ink, stays: stays ?? false, deleted };
}

/** Whether two say the same about the mark, whatever their revisions. */
export function saysTheSame(one: Writing, other: Writing): boolean {
  return one.note === other.note && one.ink === other.ink && one.stays === other.stays && one.deleted === other.deleted;
}

/** What the reader sees: what is known, with the unsent changes over it; no deleted ones; in the book's order. */
export function shownMarks(known: ReadonlyMap<string, Mark>, unsent: ReadonlyMap<string, Change>): Mark[] {
  const seen = new Map(known);
  for (const [id, change] of unsent) seen.set(id, { ...writingOf(change), revision: change.base });
  return [...seen.values()]
    .filter(({ deleted }) => !deleted)
    .sort((one, other) => one.fraction - other.fraction || one.id.localeCompare(other.id));
}

/**
 * A change to a mark as the reader saw it. It knew the newest revision if that still says what the reader saw; if it
 * says something else by now, another device wrote in between, and the server is to bring both together.
 */
export function changeOf(seen: Mark, to: Partial<Writing>, known: Mark | undefined): Change {
  const base = known && saysTheSame(known, seen) ? known.revision : seen.revision;
  return { ...writingOf(seen), ...to, base };
}

/**
 * What is left of a change after the server answered to `sent`: nothing, if it was not changed again meanwhile. If it
 * was, it goes on from the answer, or from where it was when the answer holds more than was sent.
 */
export function leftOf(unsent: Change | undefined, sent: Change, answer: Mark | undefined): Change | undefined {
  if (!unsent || unsent === sent) return undefined;
  return answer && saysTheSame(answer, sent) ? { ...unsent, base: answer.revision } : unsent;
}

/** As many of the changes as one request may hold: `most` of them, and `room` characters of JSON. */
export function firstOf(changes: readonly Change[], most: number, room: number): Change[] {
  let left = room;
  const taken: Change[] = [];
  for (const change of changes.slice(0, most)) {
    left -= JSON.stringify(change).length * 2;
    if (left < 0 && taken.length) break;
    taken.push(change);
  }
  return taken;
}
