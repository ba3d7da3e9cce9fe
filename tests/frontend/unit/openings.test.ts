import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchedAhead, Openings } from "../../../lending/web/frontend/src/openings.ts";

const base = "https://books.example/api/v1/loans/x/r/";
const page = (index: number, ahead: boolean) => {
  const address = `${base}${index}.xhtml`;
  return { index, doc: { URL: ahead ? fetchedAhead(address) : address } as Document };
};

function watched() {
  const told: number[] = [];
  return { told, openings: new Openings((index) => told.push(index)) };
}

test("a part that is fetched ahead says so in its address, and is the same part", () => {
  assert.equal(fetchedAhead(`${base}a%20b.xhtml`), `${base}a%20b.xhtml?ahead=1`);
  assert.equal(new URL("picture.png", fetchedAhead(`${base}a.xhtml`)).href, `${base}picture.png`);
});

test("what was fetched for the stage is counted already, however often it moves", () => {
  const { told, openings } = watched();
  const first = page(0, false);
  openings.look([first]);
  openings.look([first]);
  assert.deepEqual(told, []);
});

test("what was fetched ahead is told of once it is on the stage", () => {
  const { told, openings } = watched();
  openings.look([page(0, false)]);
  const next = page(1, true);
  openings.look([next]);
  openings.look([next]);
  assert.deepEqual(told, [1]);
});

test("what comes back to the stage is opened again, also if it was fetched for the stage at first", () => {
  const { told, openings } = watched();
  const [first, next] = [page(0, false), page(1, true)];
  for (const each of [first, next, first, next]) openings.look([each]);
  assert.deepEqual(told, [1, 0, 1]);
});

test("of a spread each page that is seen is told of", () => {
  const { told, openings } = watched();
  const [left, right] = [page(2, true), page(3, true)];
  openings.look([left]);
  openings.look([left, right]);
  assert.deepEqual(told, [2, 3]);
});
