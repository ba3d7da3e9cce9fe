import assert from "node:assert/strict";
import { test } from "node:test";
import { layoutOf } from "../../../lending/web/frontend/src/epub-dress.ts";
import { isNoteNumber } from "../../../lending/web/frontend/src/epub-notes.ts";
import { spotOf } from "../../../lending/web/frontend/src/epub-offsets.ts";
import { excerptOf } from "../../../lending/web/frontend/src/epub-passages.ts";
import { type Piece, sentencesOf } from "../../../lending/web/frontend/src/epub-speech.ts";
import type { Look } from "../../../lending/web/frontend/src/pages.ts";
import { bookStyle } from "../../../lending/web/frontend/src/book-themes.ts";

const look: Look = {
  theme: "light", paper: "light", face: "book", size: 100, lineHeight: 0, margins: "usual",
  align: "book", hyphens: "book", flow: "pages", columns: "auto", slide: false,
};
const flat = { vertical: false, plate: false };
const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

test("an offset is found in its text: a start before its character, an end behind it", () => {
  const lengths = [3, 0, 4];
  assert.deepEqual(spotOf(lengths, 0, "start"), { at: 0, offset: 0 });
  assert.deepEqual(spotOf(lengths, 3, "start"), { at: 2, offset: 0 });
  assert.deepEqual(spotOf(lengths, 3, "end"), { at: 0, offset: 3 });
  assert.deepEqual(spotOf(lengths, 7, "end"), { at: 2, offset: 4 });
});

test("an offset beyond the text means its end, and a text without words has no place", () => {
  assert.deepEqual(spotOf([3, 4, 0], 99, "start"), { at: 1, offset: 4 });
  assert.equal(spotOf([0, 0], 0, "start"), undefined);
});

test("a link is a note's number if the book says so", () => {
  assert.equal(isNoteNumber({ types: ["noteref"], text: "see", raised: false }), "yes");
  assert.equal(isNoteNumber({ types: ["doc-noteref"], text: "1", raised: false }), "yes");
  assert.equal(isNoteNumber({ types: ["doc-backlink"], text: "1", raised: true }), "no");
});

test("a raised or bracketed number may be a note's, words and plain years are not", () => {
  for (const text of ["1", "12a", "iv", "*", "[3]", "(14)", "†"]) assert.equal(isNoteNumber({ types: [], text, raised: true }), "maybe", text);
  assert.equal(isNoteNumber({ types: [], text: "[3]", raised: false }), "maybe");
  for (const text of ["1984", "12", "chapter two", ""]) assert.equal(isNoteNumber({ types: [], text, raised: false }), "no", text);
  assert.equal(isNoteNumber({ types: [], text: "chapter two", raised: true }), "no");
});

const piece = (text: string, start: number, block = 1, language = "en"): Piece => ({ text, start, block, language });

test("sentences are cut by the language's rules, across the pieces of a paragraph and never beyond it", () => {
  const pieces = [piece("It was ", 0), piece("late", 7), piece(". Nobody slept.", 11), piece("A new one", 30, 2)];
  assert.deepEqual([...sentencesOf(pieces)].map(({ text, start, end }) => [text, start, end]), [
    ["It was late.", 0, 12],
    ["Nobody slept.", 13, 26],
    ["A new one", 30, 39],
  ]);
});

test("what is left out between two pieces moves the offsets on", () => {
  const [first, second] = [...sentencesOf([piece("Said", 0), piece(" so. Then.", 5)])];
  assert.deepEqual([first?.text, first?.start, first?.end], ["Said so.", 0, 9]);
  assert.deepEqual([second?.text, second?.start], ["Then.", 10]);
});

test("reading begins in the middle of a sentence if the page does", () => {
  const [first] = [...sentencesOf([piece("One two three. Four.", 0)], 4)];
  assert.deepEqual([first?.text, first?.start], ["two three.", 4]);
  assert.deepEqual([...sentencesOf([piece("One two three. Four.", 0)], 14)].map(({ text }) => text), ["Four."]);
});

test("Japanese is cut at its own full stops; ornaments are not spoken", () => {
  const texts = [...sentencesOf([piece("雨が降る。風が吹く。", 0, 1, "ja"), piece("* * *", 10, 2)])].map(({ text }) => text);
  assert.deepEqual(texts, ["雨が降る。", "風が吹く。"]);
});

test("a very long sentence is cut where it breathes, and no word is lost", () => {
  const long = "and the sea went on, ".repeat(60).trim();
  const told = [...sentencesOf([piece(long, 0)])];
  assert.ok(told.length > 1 && told.every(({ text }) => text.length <= 400));
  assert.equal(told.map(({ text }) => text).join(" "), long);
});

test("a wide screen has two columns, a narrow one, large type or a wish has one", () => {
  const columns = (more: Partial<Look>, stage = desktop) => layoutOf({ ...look, ...more }, stage, flat)["max-column-count"];
  assert.equal(columns({}), "2");
  assert.equal(columns({ columns: "one" }), "1");
  assert.equal(columns({ size: 180 }), "1");
  assert.equal(columns({ size: 180, columns: "two" }), "2");
  assert.equal(columns({ columns: "two" }, phone), "1");
  assert.equal(columns({ flow: "scroll" }), "1");
  assert.equal(layoutOf(look, desktop, { vertical: true, plate: false })["max-column-count"], "1");
});

test("what the reader leaves to the book is not overruled", () => {
  const [, css] = bookStyle(look, "", 700);
  assert.doesNotMatch(css, /font-family|line-height|text-align|hyphens/);
  const [, own] = bookStyle({ ...look, face: "sans", lineHeight: 1.5, align: "justify", hyphens: "on" }, "", 700);
  for (const rule of [/font-family: "Atkinson/, /line-height: 1.5 !important/, /text-align: justify !important/, /hyphens: auto !important/]) assert.match(own, rule);
  assert.match(own, /:not\(math, math \*/);
});

test("an excerpt is one line of a few words", () => {
  assert.equal(excerptOf("  A   short\n one. "), "A short one.");
  const long = excerptOf("word ".repeat(100));
  assert.ok(long.length <= 91 && long.endsWith("word…"));
});
