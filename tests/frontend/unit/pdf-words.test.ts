import assert from "node:assert/strict";
import { test } from "node:test";
import { chapterAt, chaptersOf, pageNamed, startsOf } from "../../../lending/web/frontend/src/pdf-chapters.ts";
import { around, flowing, type Line, linesBetween, sentencesOf, wholeText } from "../../../lending/web/frontend/src/pdf-words.ts";

function lines(...words: string[]): Line[] {
  return words.map((text, index) => [72, 100 + 14 * index, 400, 12, text] as const);
}

test("a passage is found line by line; the line feed is a character of its own", () => {
  const page = lines("First line", "", "second", "third");
  assert.equal(wholeText(page), "First line\n\nsecond\nthird\n");
  assert.deepEqual(linesBetween(page, { start: 6, end: 14 }), [
    { line: 0, from: 6, to: 10 },
    { line: 2, from: 0, to: 2 },
  ]);
  assert.deepEqual(linesBetween(page, { start: 10, end: 11 }), []);
});

test("parted words are joined for people, hyphens that belong to a word stay", () => {
  assert.equal(flowing("a dic-\ntionary of\nwell-known  words and Jean-\nPaul"), "a dictionary of well-known words and Jean- Paul");
});

test("sentences run over the ends of lines, and say where they stand", () => {
  const page = lines("It was a dark and stor-", "my night. The rain", "fell in torrents.");
  const found = sentencesOf(page, "en");
  assert.deepEqual(found.map(({ text }) => text), ["It was a dark and stormy night.", "The rain fell in torrents."]);
  const whole = wholeText(page);
  assert.deepEqual(found.map(({ start, end }) => flowing(whole.slice(start, end))), found.map(({ text }) => text));
});

test("a heading is spoken for itself, and what has no word in it is not spoken", () => {
  const page: Line[] = [[72, 50, 300, 24, "Chapter One"], [72, 100, 400, 12, "Once upon a time"], [72, 114, 400, 12, "there was."], [300, 700, 20, 12, "* * *"]];
  assert.deepEqual(sentencesOf(page, "en").map(({ text }) => text), ["Chapter One", "Once upon a time there was."]);
});

test("a language that is none doesn't stop the reading", () => {
  assert.equal(sentencesOf(lines("One. Two."), "no such language!").length, 2);
});

test("a box goes around others", () => {
  assert.deepEqual(around([{ left: 1, top: 2, width: 3, height: 4 }, { left: 0, top: 5, width: 2, height: 2 }]), { left: 0, top: 2, width: 4, height: 5 });
  assert.equal(around([]), undefined);
});

test("the chapter of a page, and what is left of it", () => {
  const contents = chaptersOf([{ label: "One", page: 3, children: [{ label: "A", page: 5 }] }, { label: "Two", page: 9 }, { label: "Nowhere", page: null }]);
  const starts = startsOf(contents);
  assert.deepEqual(starts, [3, 5, 9]);
  assert.deepEqual(chapterAt(starts, 2, 12), { start: null, left: 0 });
  assert.deepEqual(chapterAt(starts, 6, 12), { start: 5, left: 2 });
  assert.deepEqual(chapterAt(starts, 9, 12), { start: 9, left: 3 });
});

test("pages go by what the book calls them, then by number", () => {
  const labels = ["i", "ii", "1", "2"];
  assert.equal(pageNamed(" II ", labels), 2);
  assert.equal(pageNamed("1", labels), 3);
  assert.equal(pageNamed("4", labels), 4);
  assert.equal(pageNamed("nonsense", labels), undefined);
});
