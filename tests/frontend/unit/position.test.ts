import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceName, type PlaceToSend, PositionKeeper } from "../../../lending/web/frontend/src/position.ts";
import { FakeShelf } from "./fake-shelf.ts";

test("only the newest place is sent, and one that failed is kept and sent again with the time of its reading", async () => {
  const shelf = new FakeShelf();
  const sent: PlaceToSend[] = [];
  let broken = true;
  let now = 1_000_000;
  const send = (place: PlaceToSend) => {
    if (broken) return Promise.reject(new Error("away"));
    sent.push(place);
    return Promise.resolve();
  };
  const options = { device: "phone", send, shelf, now: () => now };
  const keeper = new PositionKeeper({ loan: "loan", ...options });
  keeper.moved({ locator: {}, fraction: 0.1 });
  keeper.moved({ locator: {}, fraction: 0.2 });
  await keeper.flush();
  assert.deepEqual(sent, []);
  assert.equal(new PositionKeeper({ loan: "loan", ...options }).newest({}).fraction, 0.2);
  assert.deepEqual(new PositionKeeper({ loan: "other", ...options }).newest({}), {});
  broken = false;
  now += 60_000;
  await keeper.flush();
  await keeper.flush();
  assert.deepEqual(sent, [{ locator: {}, fraction: 0.2, device: "phone", seconds_ago: 60 }]);
  assert.equal(shelf.length, 0);
});

test("a browser keeps its name among a loan's devices", () => {
  const shelf = new FakeShelf();
  const name = deviceName(shelf);
  assert.match(name, /^[0-9a-f-]{36}$/);
  assert.equal(deviceName(shelf), name);
  assert.notEqual(deviceName(new FakeShelf()), name);
});
