/** What the server's search finds, as the reading page shows it. Pure. */
import type { Decoration, Locator } from "./pages.ts";

export interface Hit {
  part: number;
  start: number;
  end: number;
  before: string;
  match: string;
  after: string;
  chapter: string;
}

export interface SearchAnswer {
  hits: Hit[];
  /** Where to go on; null when the book is through. */
  next: number | null;
  parts: number;
}

export type Kind = "epub" | "pdf";

export function locatorOf(kind: Kind, { part, start, end }: Hit): Locator {
  return kind === "pdf" ? { page: part, start, end } : { section: part, start, end };
}

export function decorationsOf(kind: Kind, hits: readonly Hit[]): Decoration[] {
  return hits.map((hit, at) => ({ id: `hit-${at}`, locator: locatorOf(kind, hit), ink: "hit" }));
}

export interface Group {
  chapter: string;
  /** With their places among all hits. */
  hits: { hit: Hit; at: number }[];
}

/** The hits under the chapters they lie in, in the book's order; `from`: how many are shown already. */
export function byChapter(hits: readonly Hit[], from = 0): Group[] {
  const groups: Group[] = [];
  for (const [at, hit] of hits.entries()) {
    if (at < from) continue;
    const last = groups.at(-1);
    if (last?.chapter === hit.chapter) last.hits.push({ hit, at });
    else groups.push({ chapter: hit.chapter, hits: [{ hit, at }] });
  }
  return groups;
}

/** How far through the book the search is, 0 to 1. PDF pages count from 1, an EPUB's parts from 0. */
export function searched(kind: Kind, next: number | null, parts: number): number {
  if (next === null || parts < 1) return 1;
  return Math.min(1, Math.max(0, (next - (kind === "pdf" ? 1 : 0)) / parts));
}
