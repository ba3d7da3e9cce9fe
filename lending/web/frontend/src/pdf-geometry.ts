/** Sizes of PDF pages, and which picture to ask for. Pure arithmetic; points unless said otherwise. */

/** Runs of pages of one size: width, height, how many pages. */
export type SizeRuns = readonly (readonly [number, number, number])[];

export interface Size {
  width: number;
  height: number;
}

/** A page's size, counted from 1. Beyond the runs, or for an empty page box: A4. */
export function sizeOf(runs: SizeRuns, page: number): Size {
  let before = 0;
  for (const [width, height, count] of runs) {
    before += count;
    if (page <= before && width > 0 && height > 0) return { width, height };
  }
  return { width: 595, height: 842 };
}

/** How wide the page stands on the stage, in CSS pixels: `zoom` 1 fits the whole page, larger ones go beyond. */
export function shownWidth(page: Size, stage: Size, zoom: number): number {
  const fit = Math.min(stage.width / page.width, stage.height / page.height);
  return Math.max(1, Math.floor(page.width * fit * zoom));
}

/** Few steps, so that the server draws (and keeps) few pictures of a page. Device pixels; it rounds up to hundreds. */
const STEPS = [500, 700, 1000, 1400, 1900, 2500] as const;

/** The smallest step that is sharp for `width` CSS pixels on this screen, or the largest there is. */
export function pictureWidth(width: number, devicePixelRatio: number): number {
  const wanted = width * devicePixelRatio * 0.9;
  return STEPS.find((step) => step >= wanted) ?? STEPS[STEPS.length - 1] ?? 1900;
}

export const ZOOMS = [1, 1.25, 1.5, 2, 3, 4] as const;

/** The next zoom in direction `step`; 0 goes back to the fit. */
export function nextZoom(zoom: number, step: -1 | 0 | 1): number {
  if (step === 0) return 1;
  const at = ZOOMS.findIndex((level) => level >= zoom);
  return ZOOMS[Math.min(Math.max(at + step, 0), ZOOMS.length - 1)] ?? 1;
}

/** The page that a place's fraction means, and back: the first page is 0, the last is 1. */
export function pageAt(fraction: number, count: number): number {
  return Math.min(count, Math.max(1, Math.round(fraction * (count - 1)) + 1));
}

export function fractionAt(page: number, count: number): number {
  return count > 1 ? (page - 1) / (count - 1) : 1;
}
