/** Sizes of PDF pages, and which picture to ask for. Pure arithmetic; points unless said otherwise. */

/** Runs of pages of one size: width, height, how many pages. */
export type SizeRuns = readonly (readonly [number, number, number])[];

export interface Size {
  width: number;
  height: number;
}

/** Quarter turns to the right, in degrees. */
export type Turn = 0 | 90 | 180 | 270;

const A4: Size = { width: 595, height: 842 };

/** A page's size, counted from 1. Beyond the runs, or for an empty page box: A4. */
export function sizeOf(runs: SizeRuns, page: number): Size {
  let before = 0;
  for (const [width, height, count] of runs) {
    before += count;
    if (page <= before && width > 0 && height > 0) return { width, height };
  }
  return A4;
}

/** The size that most pages have. */
export function usualSize(runs: SizeRuns): Size {
  const [width, height] = [...runs].sort((one, other) => other[2] - one[2])[0] ?? [];
  return width && height ? { width, height } : A4;
}

export function turned({ width, height }: Size, turn: Turn): Size {
  return turn % 180 ? { width: height, height: width } : { width, height };
}

export function nextTurn(turn: Turn): Turn {
  return ((turn + 90) % 360) as Turn;
}

/** CSS pixels per point at which `pages`, side by side, fill the room as far as they can. */
export function fitOf(pages: readonly Size[], room: Size): number {
  const width = pages.reduce((sum, page) => sum + page.width, 0);
  return Math.min(room.width / width, room.height / Math.max(...pages.map(({ height }) => height)));
}

/** Whether two pages find room side by side without becoming smaller than one alone. */
export function hasRoomForTwo(page: Size, room: Size): boolean {
  return fitOf([page, page], room) >= fitOf([page], room) * 0.98;
}

/** The pages that stand beside each other with `page`: the cover alone, then a left-hand and a right-hand one. */
export function spreadOf(page: number, count: number, paired: boolean): number[] {
  if (!paired || page === 1) return [page];
  const left = page - (page % 2);
  return left + 1 <= count ? [left, left + 1] : [left];
}

/** Few steps, so that the server draws (and keeps) few pictures of a page. Device pixels; it rounds up to hundreds. */
const STEPS = [500, 700, 1000, 1400, 1900, 2500] as const;
export const WIDEST_PICTURE = 2500;
/** What lies under the pieces of a page that is shown larger than any picture. */
const UNDER_TILES = 1400;
export const TILE = 1024;
const WIDEST_IN_TILES = 20_000;
const HIGHEST_IN_TILES = 100_000;

/** The smallest step that is sharp for `width` CSS pixels on this screen; beyond the largest, pieces lie over it. */
export function pictureWidth(width: number, devicePixelRatio: number): number {
  const wanted = width * devicePixelRatio;
  return wanted > WIDEST_PICTURE ? UNDER_TILES : (STEPS.find((step) => step >= wanted) ?? WIDEST_PICTURE);
}

/** How wide the page must be drawn in pieces to be sharp, or undefined if a picture is. */
export function tiledWidth(shown: Size, devicePixelRatio: number): number | undefined {
  const wanted = shown.width * devicePixelRatio;
  if (wanted <= WIDEST_PICTURE) return undefined;
  const most = Math.min(WIDEST_IN_TILES, (HIGHEST_IN_TILES * shown.width) / shown.height);
  return Math.floor(Math.min(Math.ceil(wanted / 100) * 100, most) / 100) * 100;
}

export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Tile extends Area {
  column: number;
  row: number;
}

/** The pieces of a page, `width` by `height` pixels, that `seen` (0 to 1 of the page) touches; each with its own area. */
export function tilesIn(seen: Area, { width, height }: Size): Tile[] {
  const tiles: Tile[] = [];
  const last = (length: number, end: number) => Math.min(Math.ceil(length / TILE), Math.ceil((end * length) / TILE)) - 1;
  const first = (length: number, start: number) => Math.max(0, Math.floor((start * length) / TILE));
  for (let row = first(height, seen.top); row <= last(height, seen.bottom); row++) {
    for (let column = first(width, seen.left); column <= last(width, seen.right); column++) {
      const [left, top] = [column * TILE, row * TILE];
      const [right, bottom] = [Math.min(width, left + TILE), Math.min(height, top + TILE)];
      tiles.push({ column, row, left: left / width, top: top / height, right: right / width, bottom: bottom / height });
    }
  }
  return tiles;
}

export const ZOOMS = [1, 1.25, 1.5, 2, 3, 4, 6, 8] as const;
export const LARGEST_ZOOM = 8;

/** The next zoom in direction `step`; 0 goes back to the fit. */
export function nextZoom(zoom: number, step: -1 | 0 | 1): number {
  if (step === 0) return 1;
  if (step === 1) return ZOOMS.find((level) => level > zoom + 0.01) ?? LARGEST_ZOOM;
  return ZOOMS.findLast((level) => level < zoom - 0.01) ?? 1;
}

/** The page that a place's fraction means, and back: the first page is 0, the last is 1. */
export function pageAt(fraction: number, count: number): number {
  return Math.min(count, Math.max(1, Math.round(fraction * (count - 1)) + 1));
}

export function fractionAt(page: number, count: number): number {
  return count > 1 ? (page - 1) / (count - 1) : 1;
}
