import assert from "node:assert/strict";
import { test } from "node:test";
import { fitOf, fractionAt, hasRoomForTwo, nextTurn, nextZoom, pageAt, pictureWidth, sizeOf, spreadOf, tiledWidth, tilesIn, turned, usualSize } from "../../../lending/web/frontend/src/pdf-geometry.ts";

const runs = [
  [595, 842, 2],
  [842, 595, 1],
] as const;

test("a page's size comes from the run that it lies in", () => {
  assert.deepEqual(sizeOf(runs, 2), { width: 595, height: 842 });
  assert.deepEqual(sizeOf(runs, 3), { width: 842, height: 595 });
});

test("a page without a size of its own is taken for A4", () => {
  assert.deepEqual(sizeOf([[0, 0, 1]], 1), { width: 595, height: 842 });
  assert.deepEqual(sizeOf([], 9), { width: 595, height: 842 });
});

test("at the fit the whole page is seen, whichever side is the tight one", () => {
  assert.equal(fitOf([{ width: 600, height: 800 }], { width: 300, height: 1000 }), 0.5);
  assert.equal(fitOf([{ width: 600, height: 800 }], { width: 1000, height: 400 }), 0.5);
  assert.equal(fitOf([{ width: 600, height: 800 }, { width: 600, height: 400 }], { width: 1200, height: 400 }), 0.5);
});

test("two pages stand side by side only where neither becomes smaller for it", () => {
  const page = { width: 600, height: 800 };
  assert.equal(hasRoomForTwo(page, { width: 1200, height: 800 }), true);
  assert.equal(hasRoomForTwo(page, { width: 1000, height: 800 }), false);
  assert.equal(hasRoomForTwo({ width: 800, height: 600 }, { width: 1200, height: 800 }), false);
});

test("the cover stands alone, then left and right pages together", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6].map((page) => spreadOf(page, 6, true)), [[1], [2, 3], [2, 3], [4, 5], [4, 5], [6]]);
  assert.deepEqual(spreadOf(4, 6, false), [4]);
});

test("pictures are asked for in few widths, never narrower than the screen shows them", () => {
  assert.equal(pictureWidth(390, 1), 500);
  assert.equal(pictureWidth(390, 2.5), 1000);
  assert.equal(pictureWidth(501, 1), 700);
  for (let width = 100; width <= 2500; width += 50) assert.ok(pictureWidth(width, 1) >= width);
});

test("beyond the widest picture a page comes in pieces, as sharp as the screen, within what the server draws", () => {
  assert.equal(tiledWidth({ width: 1250, height: 1700 }, 2), undefined);
  assert.equal(tiledWidth({ width: 1251, height: 1700 }, 2), 2600);
  assert.equal(tiledWidth({ width: 9000, height: 9000 }, 3), 20_000);
  assert.equal(tiledWidth({ width: 3000, height: 60_000 }, 3), 5000);
});

test("only the pieces in view are asked for, and they lie without gaps", () => {
  const page = { width: 3000, height: 4200 };
  const all = tilesIn({ left: 0, top: 0, right: 1, bottom: 1 }, page);
  assert.equal(all.length, 3 * 5);
  assert.deepEqual(all.at(-1), { column: 2, row: 4, left: 2048 / 3000, top: 4096 / 4200, right: 1, bottom: 1 });
  const some = tilesIn({ left: 0.4, top: 0.3, right: 0.6, bottom: 0.45 }, page);
  assert.deepEqual(some.map(({ column, row }) => [column, row]), [[1, 1]]);
});

test("zoom goes up and down in steps and stays within them, also from between two", () => {
  assert.equal(nextZoom(1, 1), 1.25);
  assert.equal(nextZoom(1, -1), 1);
  assert.equal(nextZoom(8, 1), 8);
  assert.equal(nextZoom(3, 0), 1);
  assert.equal(nextZoom(1.3, 1), 1.5);
  assert.equal(nextZoom(1.3, -1), 1.25);
});

test("a turned page changes its sides, and four quarter turns are none", () => {
  assert.deepEqual(turned({ width: 3, height: 4 }, 90), { width: 4, height: 3 });
  assert.deepEqual(turned({ width: 3, height: 4 }, 180), { width: 3, height: 4 });
  assert.equal(nextTurn(nextTurn(nextTurn(nextTurn(0)))), 0);
});

test("the size of most pages is the usual one", () => {
  assert.deepEqual(usualSize([[1, 2, 1], [595, 842, 300], [842, 595, 4]]), { width: 595, height: 842 });
});

test("every page of a book is found again by its fraction", () => {
  for (let page = 1; page <= 117; page++) assert.equal(pageAt(fractionAt(page, 117), 117), page);
  assert.equal(fractionAt(1, 1), 1);
});
