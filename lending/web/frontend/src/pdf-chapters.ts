/** The contents of a PDF, and where its chapters begin. Pure. */
import type { Chapter } from "./pages.ts";
import type { SizeRuns } from "./pdf-geometry.ts";

export interface PdfEntry {
  title?: string;
  label?: string;
  page: number | null;
  children?: PdfEntry[];
}

export interface PdfManifest {
  metadata: { title: string; language?: string | null };
  pages: number;
  sizes: SizeRuns;
  labels?: readonly string[] | null;
  toc?: PdfEntry[];
}

export function chaptersOf(entries: readonly PdfEntry[]): Chapter[] {
  return entries.map(({ title, label, page, children }) => ({
    label: (title ?? label ?? "").trim() || "…",
    target: page,
    children: chaptersOf(children ?? []),
  }));
}

/** The pages on which chapters begin, in order. */
export function startsOf(chapters: readonly Chapter[]): number[] {
  const all = (of: readonly Chapter[]): number[] =>
    of.flatMap(({ target, children }) => [...(typeof target === "number" ? [target] : []), ...all(children)]);
  return [...new Set(all(chapters))].sort((one, other) => one - other);
}

/** The beginning of the chapter that a page lies in, and how many of its pages come after this one. */
export function chapterAt(starts: readonly number[], page: number, count: number): { start: number | null; left: number } {
  const start = starts.findLast((first) => first <= page) ?? null;
  const next = starts.find((first) => first > page) ?? count + 1;
  return { start, left: next - page - 1 };
}

/** The page that a hand wrote: what the book itself calls a page ("xii"), or a number. */
export function pageNamed(name: string, labels: readonly string[]): number | undefined {
  const wanted = name.trim().toLowerCase();
  const labelled = labels.findIndex((label) => label.toLowerCase() === wanted) + 1;
  if (labelled) return labelled;
  const number = Number.parseInt(wanted, 10);
  return Number.isFinite(number) ? number : undefined;
}
