import assert from "node:assert/strict";
import { test } from "node:test";
import { fractionAt, nextZoom, pageAt, pictureWidth, shownWidth, sizeOf } from "../../../lending/web/frontend/src/pdf-geometry.ts";

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

test("at zoom 1 the whole page is seen, whichever side is the tight one", () => {
  assert.equal(shownWidth({ width: 600, height: 800 }, { width: 300, height: 1000 }, 1), 300);
  assert.equal(shownWidth({ width: 600, height: 800 }, { width: 1000, height: 400 }, 1), 300);
  assert.equal(shownWidth({ width: 600, height: 800 }, { width: 1000, height: 400 }, 2), 600);
});

test("pictures are asked for in few widths, sharp on the screen at hand", () => {
  assert.equal(pictureWidth(390, 1), 500);
  assert.equal(pictureWidth(390, 2.5), 1000);
  assert.equal(pictureWidth(9000, 2), 2500);
});

test("zoom goes up and down in steps and stays within them", () => {
  assert.equal(nextZoom(1, 1), 1.25);
  assert.equal(nextZoom(1, -1), 1);
  assert.equal(nextZoom(4, 1), 4);
  assert.equal(nextZoom(3, 0), 1);
});

test("every page of a book is found again by its fraction", () => {
  for (let page = 1; page <= 117; page++) assert.equal(pageAt(fractionAt(page, 117), 117), page);
  assert.equal(fractionAt(1, 1), 1);
});
