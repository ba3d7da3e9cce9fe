import assert from "node:assert/strict";
import { test } from "node:test";
import { dateOf, howLong, untilDue } from "../../../lending/web/frontend/src/due.ts";
import { termInWords } from "../../../lending/web/frontend/src/loan-term.ts";

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

test("a term says what a renewal gives now, before it is spent, or why there is none", () => {
  Object.assign(globalThis, { document: { documentElement: { lang: "en" } } });
  const say = (key: string, values = {}) => `${key} ${JSON.stringify(values)}`;
  const term = { due_at: "2020-03-01T12:00:00Z", renewals_left: 2, somebody_waits: false, renewed_due_at: "2020-03-10T12:00:00Z" };
  const said = (changed: object, recalled = false) => termInWords({ ...term, ...changed }, recalled, say).split(" ")[0];
  assert.match(termInWords(term, false, say), /^renew\.left .*"when":"1 Mar 2020.*"until":"10 Mar 2020/);
  assert.equal(said({ renewals_left: 1 }), "renew.last");
  assert.equal(said({ renewed_due_at: null }), "renew.later");
  assert.equal(said({ renewals_left: 0, renewed_due_at: null }), "renew.none");
  assert.equal(said({ somebody_waits: true, renewals_left: 0, renewed_due_at: null }), "renew.waited");
  assert.equal(said({}, true), "renew.recalled");
});
