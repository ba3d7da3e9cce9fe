import assert from "node:assert/strict";
import { test } from "node:test";
import { waitOf } from "../../../lending/web/frontend/src/problems.ts";
import { SlowLane } from "../../../lending/web/frontend/src/slow-lane.ts";

/** Lets everything run that waits for nothing but its turn. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("who was too fast goes on after the time that was named, the newest first, one by one", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const tried: string[] = [];
  const told: boolean[] = [];
  const lane = new SlowLane((slowed) => told.push(slowed));
  for (const page of ["first", "second", "third"]) {
    lane.enter();
    void lane.turn(3).then(() => tried.push(page));
  }
  t.mock.timers.tick(2999);
  await settle();
  assert.deepEqual(tried, []);
  t.mock.timers.tick(1);
  await settle();
  assert.deepEqual(tried, ["third"]);
  lane.leave();
  await settle();
  assert.deepEqual(tried, ["third", "second"]);
  lane.leave();
  await settle();
  lane.leave();
  assert.deepEqual(tried, ["third", "second", "first"]);
  assert.deepEqual(told, [true, false]);
});

test("one that is told to wait once more keeps the others waiting too", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const tried: string[] = [];
  const lane = new SlowLane(() => undefined);
  lane.enter();
  void lane.turn(1).then(() => tried.push("old"));
  lane.enter();
  const again = async () => {
    await lane.turn(1);
    tried.push("refused");
    await lane.turn(5);
    tried.push("served");
    lane.leave();
  };
  void again();
  t.mock.timers.tick(1000);
  await settle();
  assert.deepEqual(tried, ["refused"]);
  t.mock.timers.tick(4999);
  await settle();
  assert.deepEqual(tried, ["refused"]);
  t.mock.timers.tick(1);
  await settle();
  assert.deepEqual(tried, ["refused", "served", "old"]);
});

test("one that leaves while others were told to wait opens nothing before its time", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const lane = new SlowLane(() => undefined);
  let tried = false;
  lane.enter();
  lane.enter();
  void lane.turn(2).then(() => (tried = true));
  lane.leave();
  await settle();
  assert.ok(!tried);
  t.mock.timers.tick(2000);
  await settle();
  assert.ok(tried);
});

test("only a problem that says so is a matter of waiting", () => {
  assert.equal(waitOf({ code: "reading-too-fast", wait_seconds: 7 }), 7);
  assert.equal(waitOf({ code: "reading-too-fast" }), 5);
  assert.equal(waitOf({ code: "too-many-tries", seconds: 7 }), undefined);
  assert.equal(waitOf({}), undefined);
});
