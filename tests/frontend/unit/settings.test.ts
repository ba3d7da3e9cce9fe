import assert from "node:assert/strict";
import { test } from "node:test";
import { choicesOf, laterOf, LINE_HEIGHTS, lookOf, nextOf, paperOf, parseChoices, SIZES, settingsOf, toSend, usual } from "../../../lending/web/frontend/src/settings.ts";
import { KEPT_AS, SettingsKeeper } from "../../../lending/web/frontend/src/settings-keeper.ts";
import { FakeShelf } from "./fake-shelf.ts";

test("kept choices that are none are left out, one by one", () => {
  const kept = { size: { value: 125, at: 5 }, theme: { value: "neon", at: 5 }, colour: { value: "red", at: 1 }, ruler: { value: true }, face: null };
  assert.deepEqual(parseChoices(JSON.stringify(kept)), { size: { value: 125, at: 5 } });
  for (const broken of [null, "broken", "null", "[]", "7"]) assert.deepEqual(settingsOf(parseChoices(broken)), usual);
});

test("an inherited name is no setting", () => {
  assert.deepEqual(parseChoices('{"constructor":{"value":"x","at":1},"toString":{"value":1,"at":1}}'), {});
});

test("of each setting the later choice stands", () => {
  const phone = { size: { value: 125, at: 10 }, theme: { value: "dark", at: 30 } } as const;
  const laptop = { size: { value: 90, at: 20 }, theme: { value: "sepia", at: 20 }, ruler: { value: true, at: 1 } } as const;
  const { size, theme, ruler } = settingsOf(laterOf(phone, laptop));
  assert.deepEqual([size, theme, ruler], [90, "dark", true]);
});

test("the server's times are read by this device's clock, and what it does not know is left out", () => {
  const kept = { size: { value: 112, changed_at: "1970-01-01T00:00:10Z" }, zoom: { value: 3, changed_at: "1970-01-01T00:00:10Z" } };
  assert.deepEqual(choicesOf(kept, 5000), { size: { value: 112, at: 15_000 } });
});

test("a change is sent with its age, and none lies in the future", () => {
  const sent = toSend({ size: { value: 90, at: 4000 }, slide: { value: false, at: 9000 } }, 5000);
  assert.deepEqual(sent, { size: { value: 90, seconds_ago: 1 }, slide: { value: false, seconds_ago: 0 } });
});

test("sizes and spaces move within their steps", () => {
  assert.equal(nextOf(SIZES, 100, 1), 112);
  assert.equal(nextOf(SIZES, 70, -1), 70);
  assert.equal(nextOf(SIZES, 250, 1), 250);
  assert.equal(nextOf(LINE_HEIGHTS, 0, -1), 0);
});

test("the paper follows the device only if the reader wishes so", () => {
  assert.equal(paperOf("system", { dark: true, contrast: false }), "dark");
  assert.equal(paperOf("system", { dark: true, contrast: true }), "contrast");
  assert.equal(paperOf("sepia", { dark: true, contrast: true }), "sepia");
  assert.equal(lookOf(usual, { dark: false, contrast: false }).paper, "light");
});

const noSettings = () => Promise.resolve({ settings: {}, now: undefined });

test("what was chosen in one book is worn in the next, and reset to the usual for the other devices too", async () => {
  const shelf = new FakeShelf();
  const sent: Record<string, unknown>[] = [];
  new SettingsKeeper(noSettings, shelf).set("face", "sans");
  const next = new SettingsKeeper((changes) => (sent.push(changes), noSettings()), shelf);
  assert.equal(next.now.face, "sans");
  next.reset();
  assert.equal(next.now.face, usual.face);
  await next.flush();
  assert.equal((sent[0]?.["face"] as { value: string }).value, usual.face);
});

test("another device's later choice is worn, but not over one made here meanwhile", async () => {
  const changed_at = new Date(Date.now() + 1000).toISOString();
  const answer = { settings: { size: { value: 140, changed_at }, theme: { value: "grey", changed_at } }, now: Date.now() };
  let arrive: (value: typeof answer) => void = () => undefined;
  const keeper = new SettingsKeeper(() => new Promise((resolve) => (arrive = resolve)), new FakeShelf());
  const told: number[] = [];
  keeper.changed(({ size }) => told.push(size));
  const syncing = keeper.sync();
  arrive(answer);
  await syncing;
  assert.deepEqual([keeper.now.size, keeper.now.theme], [140, "grey"]);
  assert.deepEqual(told, [140]);
});

test("a change that could not be sent is kept in the browser and sent with the next", async () => {
  const shelf = new FakeShelf();
  const sent: string[][] = [];
  let away = true;
  const keeper = new SettingsKeeper((changes) => {
    if (away) return Promise.reject(new Error("away"));
    sent.push(Object.keys(changes));
    return noSettings();
  }, shelf);
  keeper.set("size", 90);
  await keeper.flush();
  assert.match(shelf.getItem(KEPT_AS) ?? "", /90/);
  away = false;
  keeper.set("slide", true);
  await keeper.flush();
  assert.deepEqual(sent, [["size", "slide"]]);
});
