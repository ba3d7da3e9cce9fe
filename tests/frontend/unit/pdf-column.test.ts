import assert from "node:assert/strict";
import { test } from "node:test";
import { Column, GAP, HIGHEST } from "../../../lending/web/frontend/src/pdf-column.ts";

const runs = [
  [600, 800, 2],
  [800, 600, 1],
] as const;

test("pages lie under each other in the order of the book, all drawn to one scale", () => {
  const column = new Column(runs, 3, 400, 0);
  assert.equal(column.scale, 0.5);
  assert.deepEqual([1, 2, 3].map((page) => column.top(page)), [0, 400 + GAP, 2 * (400 + GAP)]);
  assert.deepEqual(column.shownSize(3), { width: 400, height: 300 });
  assert.equal(column.height, 2 * (400 + GAP) + 300 + GAP);
});

test("every page is found at its place, and nothing is found outside", () => {
  const column = new Column([[595, 842, 5000]], 5000, 900, 0);
  for (const page of [1, 2, 77, 4999, 5000]) {
    assert.equal(column.pageAt(column.top(page)), page);
    assert.equal(column.pageAt(column.top(page) + 5), page);
  }
  assert.equal(column.pageAt(-50), 1);
  assert.equal(column.pageAt(1e12), 5000);
  assert.deepEqual(column.between(column.top(10) - 1, column.top(12) + 1), [9, 12]);
});

test("a column turned by a quarter is as wide as its pages are high", () => {
  const column = new Column([[600, 800, 3]], 3, 400, 90);
  assert.deepEqual(column.shownSize(1), { width: 400, height: 300 });
  assert.deepEqual(column.sizeOf(1), { width: 300, height: 400 });
});

test("no column is higher than browsers can lay out", () => {
  assert.ok(new Column([[595, 842, 50_000]], 50_000, 900, 0).height <= HIGHEST * 1.02);
});

test("pages that the sizes say nothing of are there all the same", () => {
  const column = new Column(runs, 10, 400, 0);
  assert.equal(column.count, 10);
  assert.ok(column.top(10) > column.top(9));
});
