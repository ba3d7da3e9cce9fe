import assert from "node:assert/strict";
import { test } from "node:test";
import { type Heard, NewsWatch } from "../../../lending/web/frontend/src/news-watch.ts";
import { Problem, Unreachable } from "../../../lending/web/frontend/src/problems.ts";

/** Answers one after the other; when there are no more, the page goes out of sight. */
function watching(answers: (Partial<Heard> | Error)[]) {
  const told: string[] = [];
  const asked: string[] = [];
  const waits: number[] = [];
  let changes = 0;
  const watch = new NewsWatch({
    after: "0",
    ask: async (after) => {
      asked.push(after);
      const answer = answers.shift() ?? {};
      if (answer instanceof Error) throw answer;
      return { news: [], changed: false, after, ...answer };
    },
    tell: ({ words }) => told.push(words),
    changed: () => (changes += 1),
    isSeen: () => answers.length > 0,
    wait: async (milliseconds) => void waits.push(milliseconds),
  });
  return { watch, told, asked, waits, changes: () => changes };
}

test("each answer says from where to go on, and what is new is told once", async () => {
  const one = { words: "Ben has borrowed it", url: "/books/1" };
  const page = watching([{ news: [one], changed: true, after: "1" }, {}, { changed: true, after: "2" }, {}]);
  await page.watch.watch();
  assert.deepEqual(page.asked, ["0", "1", "1", "2"]);
  assert.deepEqual(page.told, ["Ben has borrowed it"]);
  assert.equal(page.changes(), 2);
});

test("a library that can't answer is asked ever more seldom, and often again when it does", async () => {
  const away = new Unreachable("away");
  const page = watching([away, away, away, {}, away]);
  await page.watch.watch();
  assert.deepEqual(page.waits, [3000, 6000, 12000, 1500, 3000]);
  const long = watching(Array.from({ length: 10 }, () => away));
  await long.watch.watch();
  assert.equal(long.waits.at(-1), 60_000);
});

test("whoever is signed out is asked no more", async () => {
  const page = watching([new Problem(401, { code: "not-signed-in" }), {}, {}]);
  await page.watch.watch();
  assert.equal(page.asked.length, 1);
  await page.watch.watch();
  assert.equal(page.asked.length, 1);
});

test("a page that comes into view again goes on where it was, once", async () => {
  const answers: Partial<Heard>[] = [{ after: "1" }];
  const page = watching(answers);
  await page.watch.watch();
  answers.push({ after: "2" }, {});
  await Promise.all([page.watch.watch(), page.watch.watch()]);
  assert.deepEqual(page.asked, ["0", "1", "2"]);
});
