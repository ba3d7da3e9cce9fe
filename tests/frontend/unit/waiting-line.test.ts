import assert from "node:assert/strict";
import { test } from "node:test";
import { pause } from "../../../lending/web/frontend/src/ask-again.ts";
import { forgetPlace, keepPlace, keptPlaces } from "../../../lending/web/frontend/src/kept-places.ts";
import { isOpen, placeInWords, type PlaceSeen } from "../../../lending/web/frontend/src/place-words.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const TEXTS = {
  asked: "Asked",
  "asked.more": "{lender} has yet to say yes",
  "asked.latest": "If yes, by {latest}.",
  free: "Free",
  "waiting.first": "First",
  "waiting.nth": "Number {place}",
  "waiting.alone": "Alone",
  "waiting.one": "One other",
  "waiting.more": "{others} others",
  latest: "by {latest}.",
  likely: "about {likely}.",
  unknown: "nobody knows",
  ready: "Your turn",
  "ready.more": "until {until}, for {period}",
  declined: "{lender} says no",
  "declined.more": "ask {lender}",
};

function seen(changed: Partial<PlaceSeen>): PlaceSeen {
  return {
    title_id: "t",
    title: "Tides",
    authors: [],
    lender: "Ana",
    state: "waiting",
    place: 1,
    waiting: 1,
    estimate: null,
    until: null,
    link_token: null,
    loan_seconds: null,
    read_url: null,
    ask_url: null,
    cover: null,
    ...changed,
  };
}

const said = (changed: Partial<PlaceSeen>) => placeInWords(seen(changed), TEXTS, NOW, "en");

test("a place says which it is, when it may be one's turn, and how many others wait", () => {
  assert.deepEqual(said({}), { head: "First", more: "nobody knows", note: "Alone" });
  const estimate = { likely: "2026-03-10T12:00:00Z", latest: "2026-03-20T12:00:00Z" };
  assert.deepEqual(said({ place: 3, waiting: 5, estimate }), {
    head: "Number 3",
    more: "by 20 Mar 2026. about 10 Mar 2026.",
    note: "4 others",
  });
  assert.equal(said({ estimate: { likely: null, latest: estimate.latest }, waiting: 2 }).more, "by 20 Mar 2026.");
  assert.equal(said({ waiting: 2 }).note, "One other");
});

test("a turn says until when and for how long; what has ended says how", () => {
  const turn = said({ state: "ready", place: null, until: "2026-03-20T12:00:00Z", loan_seconds: 14 * 86_400 });
  assert.deepEqual(turn, { head: "Your turn", more: "until 20 Mar 2026, for 14 days", note: "" });
  const asked = { state: "asked", place: null, waiting: 2 } as const;
  assert.deepEqual(said(asked), { head: "Asked", more: "Ana has yet to say yes nobody knows", note: "One other" });
  const estimate = { likely: "2026-03-10T12:00:00Z", latest: "2026-03-20T12:00:00Z" };
  assert.equal(said({ ...asked, estimate }).more, "Ana has yet to say yes If yes, by 20 Mar 2026. about 10 Mar 2026.");
  assert.equal(said({ ...asked, estimate: { likely: null, latest: NOW.toISOString() } }).more, "Ana has yet to say yes Free");
  assert.deepEqual(said({ state: "declined" }), { head: "Ana says no", more: "ask Ana", note: "" });
  assert.deepEqual(["asked", "waiting", "ready", "filled", "lapsed", "left", "declined"].filter((state) => isOpen({ state } as PlaceSeen)), [
    "asked",
    "waiting",
    "ready",
  ]);
});

class Memory {
  #kept = new Map<string, string>();
  getItem(name: string): string | null {
    return this.#kept.get(name) ?? null;
  }
  setItem(name: string, text: string): void {
    this.#kept.set(name, text);
  }
}

test("a browser keeps one place for a title, and what it can't read is none", () => {
  const memory = new Memory();
  keepPlace({ token: "one", title_id: "t", title: "Tides" }, memory);
  keepPlace({ token: "other", title_id: "u", title: "Herons" }, memory);
  keepPlace({ token: "two", title_id: "t", title: "Tides" }, memory);
  assert.deepEqual(keptPlaces(memory).map(({ token }) => token), ["other", "two"]);
  forgetPlace("other", memory);
  forgetPlace("nothing", memory);
  assert.deepEqual(keptPlaces(memory), [{ token: "two", title_id: "t", title: "Tides" }]);
  for (const broken of ["{", "7", '[{"token":1}, null]']) {
    memory.setItem("lending.places", broken);
    assert.deepEqual(keptPlaces(memory), []);
  }
});

test("a page that is seen asks every two seconds, and ever more seldom while nobody answers", () => {
  assert.equal(pause(0, false), 2_000);
  assert.equal(pause(0, true), 30_000);
  assert.deepEqual([1, 2, 3, 10].map((failures) => pause(failures, false)), [4_000, 8_000, 16_000, 60_000]);
  assert.equal(pause(9, true), 60_000);
});
