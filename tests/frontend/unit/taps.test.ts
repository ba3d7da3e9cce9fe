import assert from "node:assert/strict";
import { test } from "node:test";
import { Taps } from "../../../lending/web/frontend/src/taps.ts";

const click = (pointerType: string, detail = 1) => ({ pointerType, detail }) as unknown as MouseEvent;
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 300));

test("a finger's tap acts at once", () => {
  let acted = 0;
  new Taps().tapped(click("touch"), () => (acted += 1));
  assert.equal(acted, 1);
});

test("a mouse's click waits, and one that chose a word is no tap", async () => {
  let acted = 0;
  const taps = new Taps();
  taps.tapped(click("mouse"), () => (acted += 1));
  assert.equal(acted, 0);
  await aMoment();
  assert.equal(acted, 1);
  taps.tapped(click("mouse"), () => (acted += 1));
  taps.cancel();
  await aMoment();
  assert.equal(acted, 1);
});

test("two quick clicks that chose nothing are two taps", async () => {
  let acted = 0;
  const taps = new Taps();
  taps.tapped(click("mouse"), () => (acted += 1));
  taps.tapped(click("mouse", 2), () => (acted += 1));
  assert.equal(acted, 2);
  await aMoment();
  assert.equal(acted, 2);
});
