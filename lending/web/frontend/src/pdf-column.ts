/** All pages of a PDF under each other: where each begins, and which are near. Pure arithmetic, CSS pixels. */
import { type Size, sizeOf, type SizeRuns, turned, type Turn } from "./pdf-geometry.ts";

export const GAP = 12;
/** Browsers lay out nothing beyond some 33 million pixels. */
export const HIGHEST = 30_000_000;

export class Column {
  readonly scale: number;
  readonly width: number;
  readonly #tops: Float64Array;
  readonly #sizes: SizeRuns;
  readonly #turn: Turn;

  /** `across` is how wide the widest page is to be. It is less where the column would become too high. */
  constructor(sizes: SizeRuns, count: number, across: number, turn: Turn) {
    this.#sizes = sizes;
    this.#turn = turn;
    const pages = runsOf(sizes, count).map(({ size, count: many }) => ({ ...turned(size, turn), many }));
    const widest = Math.max(...pages.map(({ width }) => width));
    const points = pages.reduce((sum, { height, many }) => sum + height * many, 0);
    this.scale = Math.min(across / widest, (HIGHEST - count * GAP) / points);
    this.width = widest * this.scale;
    this.#tops = new Float64Array(count + 1);
    let page = 0;
    let top = 0;
    for (const { height, many } of pages) {
      for (let each = 0; each < many; each++) {
        this.#tops[page++] = top;
        top += Math.round(height * this.scale) + GAP;
      }
    }
    this.#tops[count] = top;
  }

  get count(): number {
    return this.#tops.length - 1;
  }

  get height(): number {
    return this.#tops[this.count] ?? 0;
  }

  top(page: number): number {
    return this.#tops[page - 1] ?? 0;
  }

  /** The page's own size, unturned. */
  sizeOf(page: number): Size {
    const { width, height } = sizeOf(this.#sizes, page);
    return { width: width * this.scale, height: height * this.scale };
  }

  /** How it stands there, turned. */
  shownSize(page: number): Size {
    return turned(this.sizeOf(page), this.#turn);
  }

  /** The page at `y`, from 1. */
  pageAt(y: number): number {
    let [low, high] = [1, this.count];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.top(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** First and last page that something of is between `top` and `bottom`. */
  between(top: number, bottom: number): [number, number] {
    return [this.pageAt(Math.max(0, top)), this.pageAt(Math.max(0, bottom))];
  }
}

/** The runs of exactly `count` pages. */
function runsOf(sizes: SizeRuns, count: number): { size: Size; count: number }[] {
  const runs: { size: Size; count: number }[] = [];
  let before = 0;
  for (const [, , many] of sizes) {
    const taken = Math.min(many, count - before);
    if (taken > 0) runs.push({ size: sizeOf(sizes, before + 1), count: taken });
    before += taken;
  }
  if (before < count) runs.push({ size: sizeOf(sizes, count), count: count - before });
  return runs;
}
