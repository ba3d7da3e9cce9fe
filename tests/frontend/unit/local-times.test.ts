import assert from "node:assert/strict";
import { test } from "node:test";
import { shownTime } from "../../../lending/web/frontend/src/due.ts";

process.env["TZ"] = "Europe/Berlin";
const now = new Date("2026-03-02T12:00:00Z");
const late = new Date("2026-03-03T23:30:00Z");
const later = new Date("2026-03-08T23:30:00Z");

test("a time of the server's pages is said in the zone of who reads it, with its hour where it is near", () => {
  assert.equal(shownTime(late, "day", now, "en"), "4 Mar 2026, 00:30");
  assert.equal(shownTime(late, "short", now, "en"), "4 Mar, 00:30");
  assert.equal(shownTime(later, "day", now, "en"), "9 Mar 2026");
  assert.equal(shownTime(later, "short", now, "en"), "9 Mar");
  assert.equal(shownTime(later, "moment", now, "en"), "9 Mar 2026, 00:30");
});

test("what is over has no hour, unless it is a moment, and each language says it its own way", () => {
  const over = new Date("2026-03-01T23:30:00Z");
  assert.equal(shownTime(over, "day", now, "en"), "2 Mar 2026");
  assert.equal(shownTime(over, "moment", now, "es"), "2 mar 2026, 00:30");
});
