import assert from "node:assert/strict";
import { test } from "node:test";
import { type KeyPress, swipeOf, wishOfKey, wishOfSwipe, wishOfTap } from "../../../lending/web/frontend/src/gestures.ts";

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  ...held,
});

test("the arrow to the right goes on in a book read from left to right, and back in one read from right to left", () => {
  assert.equal(wishOfKey(press("ArrowRight"), "ltr"), "next");
  assert.equal(wishOfKey(press("ArrowRight"), "rtl"), "previous");
  assert.equal(wishOfKey(press("ArrowLeft"), "rtl"), "next");
});

test("page down and space go on in both directions, shift and space goes back", () => {
  for (const direction of ["ltr", "rtl"] as const) {
    assert.equal(wishOfKey(press("PageDown"), direction), "next");
    assert.equal(wishOfKey(press(" "), direction), "next");
    assert.equal(wishOfKey(press(" ", { shiftKey: true }), direction), "previous");
  }
});

test("keys with ctrl, alt or meta stay the browser's", () => {
  assert.equal(wishOfKey(press("ArrowLeft", { altKey: true }), "ltr"), undefined);
  assert.equal(wishOfKey(press("0", { ctrlKey: true }), "ltr"), undefined);
});

test("a tap at the outer edge goes on, in the middle it calls the controls", () => {
  assert.equal(wishOfTap(0.9, "ltr"), "next");
  assert.equal(wishOfTap(0.1, "ltr"), "previous");
  assert.equal(wishOfTap(0.9, "rtl"), "previous");
  assert.equal(wishOfTap(0.1, "rtl"), "next");
  assert.equal(wishOfTap(0.5, "rtl"), "controls");
});

test("a swipe pulls the page along", () => {
  assert.equal(wishOfSwipe("left", "ltr"), "next");
  assert.equal(wishOfSwipe("left", "rtl"), "previous");
});

test("only a long, flat and quick way of the finger is a swipe", () => {
  assert.equal(swipeOf(-120, 10, 200), "left");
  assert.equal(swipeOf(120, -30, 200), "right");
  assert.equal(swipeOf(-20, 0, 200), undefined);
  assert.equal(swipeOf(-120, 110, 200), undefined);
  assert.equal(swipeOf(-120, 10, 2000), undefined);
});

test("single letters can be turned off; keys with names of their own stay", () => {
  assert.equal(wishOfKey(press("b"), "ltr"), "bookmark");
  assert.equal(wishOfKey(press("B", { shiftKey: true }), "ltr"), "bookmark");
  for (const key of ["b", "/", "?", "+", "0"]) assert.equal(wishOfKey(press(key), "ltr", false), undefined);
  assert.equal(wishOfKey(press("PageDown"), "ltr", false), "next");
});

test("the browser's own search key searches the whole book", () => {
  assert.equal(wishOfKey(press("f", { ctrlKey: true }), "ltr", false), "search");
  assert.equal(wishOfKey(press("f", { metaKey: true }), "ltr"), "search");
});
