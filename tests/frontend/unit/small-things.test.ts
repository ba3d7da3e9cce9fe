import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { wordAt } from "../../../lending/web/frontend/src/segmenting.ts";
import { isInsideAnotherApp, tokenIn } from "../../../lending/web/frontend/src/link-token.ts";
import { openable } from "../../../lending/web/frontend/src/outside-link.ts";
import { ask, isPassing, parseProblem, Problem, sentences, Unreachable } from "../../../lending/web/frontend/src/problems.ts";
import { Speed, speedWords } from "../../../lending/web/frontend/src/speed.ts";
import { Turns } from "../../../lending/web/frontend/src/turns.ts";
import { say } from "../../../lending/web/frontend/src/texts.ts";
import { WakeLock } from "../../../lending/web/frontend/src/wake-lock.ts";

test("a link's token is taken from its fragment, and anything else is none", () => {
  assert.equal(tokenIn("#v1.aa.b-b.c_c"), "v1.aa.b-b.c_c");
  for (const hash of ["", "#", "#v2.a.b.c", "#v1.a.b", "#v1.a.b.c<script>"]) assert.equal(tokenIn(hash), undefined);
});

test("browsers inside other apps are recognised, plain ones are not", () => {
  assert.ok(isInsideAnotherApp("Mozilla/5.0 (iPhone) AppleWebKit/605 [FBAN/FBIOS;FBAV/450]"));
  assert.ok(isInsideAnotherApp("Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537"));
  assert.ok(!isInsideAnotherApp("Mozilla/5.0 (iPhone) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1"));
});

test("only web pages and letters may be opened from a book", () => {
  assert.equal(openable("https://example.org/x")?.host, "example.org");
  assert.equal(openable("mailto:a@example.org")?.protocol, "mailto:");
  for (const href of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "blob:x", "nonsense"]) {
    assert.equal(openable(href), undefined);
  }
});

test("an answer that is no problem document is an empty one", () => {
  assert.deepEqual(parseProblem("<html>"), {});
  assert.deepEqual(parseProblem("null"), {});
  assert.equal(parseProblem('{"code":"loan-ended"}').code, "loan-ended");
});

test("busy answers are worth another try, refusals are not", () => {
  assert.ok(isPassing(503) && isPassing(429));
  assert.ok(!isPassing(410) && !isPassing(401) && !isPassing(500));
});

test("whoever asked too often is told so, and isn't told to press again", async () => {
  const answers = [Response.json({ code: "asked-too-often", title: "A lot" }, { status: 429 }), new Response("busy", { status: 429 })];
  globalThis.fetch = () => Promise.resolve(answers.shift() as Response);
  await assert.rejects(ask("/holds"), (told: Problem) => told instanceof Problem && told.words === "A lot." && told.isPassing);
  await assert.rejects(ask("/holds"), Unreachable);
});

test("what is said one after the other is punctuated as sentences", () => {
  assert.equal(sentences(["It is out", "Somebody has it.", "", " Ask again! "]), "It is out. Somebody has it. Ask again!");
});

test("speed is the mean of the last seconds and needs half a second to be told", () => {
  const speed = new Speed();
  assert.equal(speed.seen(0, 0), undefined);
  assert.equal(speed.seen(100_000, 400), undefined);
  assert.equal(speed.seen(500_000, 1000), 500_000);
  assert.equal(speed.seen(500_000, 9000), 0);
});

test("speed is said in the unit that fits", () => {
  assert.equal(speedWords(1_234_000, "en"), "1.2 MB/s");
  assert.equal(speedWords(340_000, "en"), "340 kB/s");
});

test("a text takes its values, and one that is missing shows its key", () => {
  assert.equal(say({ due: "Goes back {when}" }, "due", { when: "tomorrow" }), "Goes back tomorrow");
  assert.equal(say({}, "due"), "due");
  assert.equal(say({ x: "{unknown}" }, "x"), "{unknown}");
});

test("turns are made one after the other, and a flood of them is not", async () => {
  const turns = new Turns();
  const made: number[] = [];
  const turn = (number: number) => turns.after(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    made.push(number);
  });
  await Promise.all(Array.from({ length: 30 }, (_, number) => turn(number)));
  assert.deepEqual(made, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  await turn(99);
  assert.equal(made.at(-1), 99);
});

test("a turn that fails holds up none after it", async () => {
  const turns = new Turns();
  await assert.rejects(turns.after(() => Promise.reject(new Error("stuck"))));
  let made = false;
  await turns.after(() => Promise.resolve((made = true)));
  assert.ok(made);
});

test("a word is found at any place in it, and none between words", () => {
  assert.deepEqual(wordAt("Ist X diskreter Raum", 8), { start: 6, end: 15 });
  assert.equal(wordAt("Ist X diskreter Raum", 15), undefined);
  assert.equal(wordAt("Ist", -1), undefined);
});

test("a book that is closed while the browser is still asked keeps no screen on", async () => {
  const lock = { released: false, release: async () => void (lock.released = true) };
  Object.assign(globalThis, { document: { hidden: false, addEventListener() {} } });
  Object.defineProperty(globalThis, "navigator", { value: { wakeLock: { request: () => setImmediate(lock) } } });
  const screen = new WakeLock();
  screen.want(true);
  screen.release();
  await setImmediate();
  await setImmediate();
  assert.ok(lock.released);
});
