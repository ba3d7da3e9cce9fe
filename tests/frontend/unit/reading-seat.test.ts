import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ReadingSeat, type SeatOptions } from "../../../lending/web/frontend/src/reading-seat.ts";
import { FakeShelf } from "./fake-shelf.ts";

/** The windows of one browser, and what each was told: every message reaches all but its sender. */
class FakeOthers {
  static all: FakeOthers[] = [];
  readonly #listeners: ((event: MessageEvent) => void)[] = [];

  constructor() {
    FakeOthers.all.push(this);
  }

  addEventListener(_: string, listener: unknown): void {
    this.#listeners.push(listener as (event: MessageEvent) => void);
  }

  postMessage(data: unknown): void {
    for (const other of FakeOthers.all) {
      if (other !== this) for (const listener of other.#listeners) listener({ data } as MessageEvent);
    }
  }
}

beforeEach(() => void (FakeOthers.all = []));

function seat(options: Partial<SeatOptions> = {}) {
  const told: string[] = [];
  let now = 0;
  const made = new ReadingSeat({
    loan: "loan",
    take: async () => void told.push("take"),
    leave: async () => void told.push("leave"),
    changed: (elsewhere) => told.push(elsewhere ? "elsewhere" : "here"),
    shelf: new FakeShelf(),
    others: new FakeOthers(),
    isSeen: () => true,
    now: () => now,
    ...options,
  });
  return { seat: made, told, at: (moment: number) => (now = moment) };
}

const nameIn = (query: string) => new URLSearchParams(query).get("window");
const waits = (query: string) => new URLSearchParams(query).has("waits");

test("a window gives way once, and waits until its reader takes over", async () => {
  const { seat: mine, told } = seat();
  mine.heard("here", 0);
  mine.heard("elsewhere", 1);
  mine.heard("elsewhere", 2);
  assert.ok(mine.elsewhere && waits(mine.query));
  await mine.take();
  assert.ok(!mine.elsewhere && !waits(mine.query));
  assert.deepEqual(told, ["elsewhere", "here", "take"]);
});

test("a window out of sight takes the seat from nobody, also when the network comes back", () => {
  let isSeen = false;
  const { seat: mine } = seat({ isSeen: () => isSeen });
  mine.cameBack();
  assert.ok(waits(mine.query));
  isSeen = true;
  assert.ok(!waits(mine.query));
});

test("an answer to what was asked before the reader took over counts for nothing", async () => {
  const { seat: mine, told, at } = seat();
  mine.heard("elsewhere", 1);
  const taking = mine.take();
  mine.heard("elsewhere", 2);
  at(5);
  await taking;
  mine.heard("elsewhere", 4);
  assert.deepEqual(told, ["elsewhere", "here", "take"]);
  mine.heard("elsewhere", 6);
  assert.equal(told.at(-1), "elsewhere");
});

test("nobody is kept from reading by a library that doesn't answer or doesn't know", async () => {
  const { seat: mine, told } = seat({ take: () => Promise.reject(new Error("away")) });
  mine.heard(null, 0);
  mine.heard(undefined, 1);
  assert.deepEqual(told, []);
  mine.heard("elsewhere", 2);
  mine.heard(null, 3);
  assert.ok(mine.elsewhere);
  await mine.take();
  assert.ok(!mine.elsewhere);
});

test("a window that comes into view again asks like one that was just opened", () => {
  const { seat: mine } = seat();
  mine.heard("elsewhere", 0);
  mine.cameBack();
  assert.ok(!waits(mine.query));
  mine.heard("elsewhere", 1);
  assert.ok(waits(mine.query));
});

test("only a window that sits gets up, and once", () => {
  const { seat: mine, told } = seat();
  mine.leave();
  mine.heard("elsewhere", 0);
  mine.leave();
  mine.heard("here", 1);
  mine.leave();
  mine.leave();
  assert.deepEqual(told, ["elsewhere", "here", "leave"]);
});

test("a reload keeps the window's name, another window has another", () => {
  const shelf = new FakeShelf();
  const { seat: first } = seat({ shelf });
  FakeOthers.all = [];
  const { seat: reloaded } = seat({ shelf });
  assert.match(nameIn(first.query) ?? "", /^[0-9a-f]{32}$/);
  assert.equal(nameIn(reloaded.query), nameIn(first.query));
  assert.notEqual(nameIn(seat().seat.query), nameIn(first.query));
});

test("of a tab and its duplicate the younger keeps the name, whichever is reloaded after", () => {
  const shelf = new FakeShelf();
  const { seat: first } = seat({ shelf });
  const name = nameIn(first.query) ?? "";
  const copied = new FakeShelf();
  copied.setItem("lending.seat.loan", name);
  const { seat: duplicate } = seat({ shelf: copied });
  assert.equal(nameIn(duplicate.query), name);
  assert.notEqual(nameIn(first.query), name);
  assert.equal(shelf.getItem("lending.seat.loan"), nameIn(first.query));
});
