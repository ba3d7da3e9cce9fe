import assert from "node:assert/strict";
import { test } from "node:test";
import { dateOf, howLong, untilDue } from "../../../lending/web/frontend/src/due.ts";

const now = new Date("2026-11-24T12:00:00Z");
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);

test("what is left is said in days, then hours, then minutes", () => {
  assert.equal(untilDue(after(14 * 86400), now, "en"), "in 14 days");
  assert.equal(untilDue(after(30 * 3600), now, "en"), "tomorrow");
  assert.equal(untilDue(after(5 * 3600), now, "en"), "in 5 hours");
  assert.equal(untilDue(after(59), now, "en"), "in 1 minute");
  assert.equal(untilDue(after(3 * 86400), now, "es"), "dentro de 3 días");
});

test("a due date that has passed is never said to lie ahead by more than a minute", () => {
  assert.equal(untilDue(after(-500), now, "en"), "in 1 minute");
});

test("a loan's length is said in days from two days on", () => {
  assert.equal(howLong(14 * 86400, "en"), "14 days");
  assert.equal(howLong(86400, "en"), "24 hours");
  assert.equal(howLong(3600, "es"), "1 hora");
});

test("a due date that is near has its time of day", () => {
  assert.match(dateOf(after(3600), now, "en"), /\d:\d\d/);
  assert.doesNotMatch(dateOf(after(30 * 86400), now, "en"), /:/);
});
