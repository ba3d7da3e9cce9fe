/** The words of a page: its lines as one text, as sentences, and the places of passages in it. Pure. */
import type { Box } from "./pages.ts";
import { segmenter } from "./segmenting.ts";

export interface PageLink {
  /** x, y, width, height: points, from the top left. */
  box: readonly [number, number, number, number];
  page: number | null;
  href: string | null;
}

export type Line = readonly [number, number, number, number, string];

export interface PageText {
  width: number;
  height: number;
  /** x, y, width, height (points, from the top left) and the text. */
  lines: readonly Line[];
  links?: readonly PageLink[];
}

export interface Span {
  start: number;
  end: number;
}

export interface Sentence extends Span {
  text: string;
}

/** Where each line begins in the text of the page, in which each line is followed by a line feed. */
export function lineStarts(lines: readonly Line[]): number[] {
  let at = 0;
  return lines.map(([, , , , words]) => {
    const start = at;
    at += words.length + 1;
    return start;
  });
}

export function wholeText(lines: readonly Line[]): string {
  return lines.map(([, , , , words]) => `${words}\n`).join("");
}

/** What of each line lies between two offsets: the line, and the characters in it. */
export function linesBetween(lines: readonly Line[], { start, end }: Span): { line: number; from: number; to: number }[] {
  const found: { line: number; from: number; to: number }[] = [];
  lineStarts(lines).forEach((begin, line) => {
    const length = lines[line]?.[4].length ?? 0;
    const [from, to] = [Math.max(0, start - begin), Math.min(length, end - begin)];
    if (from < to) found.push({ line, from, to });
  });
  return found;
}

/** A passage in one line for people: parted words joined again, line ends turned into spaces. */
export function flowing(passage: string): string {
  return passage.replace(/(\p{L})-\n(?=\p{Ll})/gu, "$1").replace(/\s+/gu, " ").trim();
}

/** Sentences in the order of the lines. A new paragraph, and a line in letters of another size, begins a new one. */
export function sentencesOf(lines: readonly Line[], language: string): Sentence[] {
  const starts = lineStarts(lines);
  const found: Sentence[] = [];
  let first = 0;
  for (let line = 1; line <= lines.length; line++) {
    if (line < lines.length && !isApart(lines[line - 1], lines[line])) continue;
    const text = wholeText(lines.slice(first, line));
    found.push(...sentences(text, starts[first] ?? 0, language));
    first = line;
  }
  return found;
}

function sentences(text: string, offset: number, language: string): Sentence[] {
  // Line ends keep their length, so that places in the changed text are places in the page's own.
  const level = text.replaceAll("\n", " ");
  return [...segmenter(language, "sentence").segment(level)].flatMap(({ segment, index }) => {
    const start = index + segment.length - segment.trimStart().length;
    const end = index + segment.trimEnd().length;
    const words = flowing(text.slice(start, end));
    return /[\p{L}\p{N}]/u.test(words) ? [{ start: offset + start, end: offset + end, text: words }] : [];
  });
}

/** Whether a line is no continuation of the one before: larger or smaller letters, or a wide gap below it. */
function isApart(before: Line | undefined, line: Line | undefined): boolean {
  if (!before || !line) return true;
  const [heights, gap] = [[before[3], line[3]], line[1] - (before[1] + before[3])];
  const [small = 0, large = 0] = heights.sort((one, other) => one - other);
  return large > 1.35 * small || gap > 1.1 * large;
}

/** A rectangle around others. */
export function around(boxes: readonly Box[]): Box | undefined {
  if (!boxes.length) return undefined;
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.left + box.width));
  const bottom = Math.max(...boxes.map((box) => box.top + box.height));
  return { left, top, width: right - left, height: bottom - top };
}
