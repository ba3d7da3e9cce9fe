/** Under which chapter a mark is listed. Pure. */
import type { Chapter, Locator } from "./pages.ts";

export function labelsOf(contents: readonly Chapter[]): Map<string | number, string> {
  const labels = new Map<string | number, string>();
  const walk = (chapters: readonly Chapter[]): void => {
    for (const { label, target, children } of chapters) {
      if (target !== null && !labels.has(target)) labels.set(target, label);
      walk(children);
    }
  };
  walk(contents);
  return labels;
}

/** A mark's locator also says in which chapter it was made: the book itself could tell only by opening it there. */
export function withChapter(locator: Locator, chapter: string | number | null): Locator {
  return { ...locator, chapter };
}

export function chapterIn(locator: Locator, labels: ReadonlyMap<string | number, string>): string {
  const { chapter } = locator;
  return typeof chapter === "string" || typeof chapter === "number" ? (labels.get(chapter) ?? "") : "";
}
