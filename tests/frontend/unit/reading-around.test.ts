import assert from "node:assert/strict";
import { test } from "node:test";
import { placeBeside } from "../../../lending/web/frontend/src/placing.ts";
import { dictionaryUrl, mayCopy } from "../../../lending/web/frontend/src/quoting.ts";
import { byChapter, type Hit, locatorOf, searched } from "../../../lending/web/frontend/src/search-hits.ts";
import { say } from "../../../lending/web/frontend/src/texts.ts";
import { voiceFor, voicesFor } from "../../../lending/web/frontend/src/voices.ts";
import { fractionTyped, leftWords, placeWords } from "../../../lending/web/frontend/src/where-words.ts";

const window = { width: 400, height: 800 };
const panel = { width: 300, height: 100 };

test("a menu stands on the wished side of its words, on the other if there is no room, and never over the edge", () => {
  const at = (left: number, top: number, prefer: "above" | "below") => placeBeside({ left, top, width: 40, height: 20 }, panel, window, prefer);
  assert.deepEqual(at(180, 400, "above"), { left: 50, top: 290 });
  assert.deepEqual(at(180, 400, "below"), { left: 50, top: 430 });
  assert.equal(at(180, 50, "above").top, 80);
  assert.equal(at(180, 760, "below").top, 650);
  assert.equal(at(0, 400, "above").left, 8);
  assert.equal(at(390, 400, "above").left, 92);
});

test("as much as the limit may be copied, counted as people count", () => {
  assert.ok(mayCopy("a  b\n\n c", 5));
  assert.ok(!mayCopy("abcdef", 5));
  assert.ok(mayCopy("x".repeat(100_000), null));
});

test("a word is explained in the book's language", () => {
  assert.equal(dictionaryUrl("faro & mar", "es-ES"), "https://es.wiktionary.org/wiki/Special:Search?search=faro%20%26%20mar");
  assert.match(dictionaryUrl("x", "javascript:"), /^https:\/\/en\.wiktionary\.org\//);
});

const hit = (chapter: string, part = 3): Hit => ({ part, start: 5, end: 9, before: "", match: "fog", after: "", chapter });

test("a hit is a place in the words of its kind of book", () => {
  assert.deepEqual(locatorOf("epub", hit("")), { section: 3, start: 5, end: 9 });
  assert.deepEqual(locatorOf("pdf", hit("")), { page: 3, start: 5, end: 9 });
});

test("hits stand under their chapters, those that came later too", () => {
  const hits = [hit("One"), hit("One"), hit("Two")];
  assert.deepEqual(byChapter(hits).map(({ chapter, hits: { length } }) => [chapter, length]), [["One", 2], ["Two", 1]]);
  assert.deepEqual(byChapter(hits, 1).map((group) => group.hits.map(({ at }) => at)), [[1], [2]]);
});

test("the search knows how far it has come", () => {
  assert.equal(searched("epub", 5, 10), 0.5);
  assert.equal(searched("pdf", 6, 10), 0.5);
  assert.equal(searched("pdf", null, 10), 1);
});

const voice = (name: string, lang: string, more = {}) => ({ voiceURI: name, name, lang, default: false, localService: true, ...more });

test("a voice of the book's language reads, the chosen one if it speaks it", () => {
  const voices = [voice("Amy", "en-GB"), voice("Joe", "en_US", { default: true }), voice("Ana", "es-ES")];
  assert.equal(voiceFor(voices, "en-US", "")?.name, "Joe");
  assert.equal(voiceFor(voices, "en", "Amy")?.name, "Amy");
  assert.equal(voiceFor(voices, "es", "Amy")?.name, "Ana");
  assert.equal(voiceFor(voices, "ca", "")?.name, "Joe");
  assert.equal(voiceFor([], "en", ""), undefined);
  assert.deepEqual(voicesFor(voices, "en-GB").map(({ name }) => name), ["Amy", "Joe"]);
});

const echo = (key: string, values = {}) => say({}, key, values) + JSON.stringify(values);
const where = { locator: {}, fraction: 0.426, chapter: null, excerpt: "" };

test("a place is said in pages where the book has them, in per cent where not", () => {
  assert.equal(placeWords(where, echo), 'percent{"percent":43}');
  assert.equal(placeWords({ ...where, page: { label: "xii" } }, echo), 'page-at{"page":"xii","percent":43}');
  assert.equal(placeWords({ ...where, page: { label: "4", number: 4, count: 9 } }, echo), 'page-of{"page":"4","count":9}');
});

test("what is left of a chapter is said in the numbers that people use", () => {
  assert.equal(leftWords({ ...where, left: { minutes: 11.6 } }, echo), 'left.minutes{"minutes":12}');
  assert.equal(leftWords({ ...where, left: { minutes: 0.2 } }, echo), "left.moment{}");
  assert.equal(leftWords({ ...where, left: { pages: 0 } }, echo), "left.last-page{}");
  assert.equal(leftWords({ ...where, left: { pages: 1 } }, echo), 'left.page{"pages":1}');
  assert.equal(leftWords(where, echo), "");
});

test("per cent are read as people write them", () => {
  assert.equal(fractionTyped(" 43 %"), 0.43);
  assert.equal(fractionTyped("12,5"), 0.125);
  for (const typed of ["", "x", "140", "-3"]) assert.equal(fractionTyped(typed), undefined);
});
