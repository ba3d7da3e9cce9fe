/** What a key, a tap or a swipe asks for. Pure, so that both directions of reading can be tested without a browser. */
import type { Direction } from "./pages.ts";

export type Wish =
  | "next"
  | "previous"
  | "down"
  | "up"
  | "first"
  | "last"
  | "contents"
  | "controls"
  | "larger"
  | "smaller"
  | "fit"
  | "search"
  | "bookmark"
  | "marks"
  | "look"
  | "aloud"
  | "full"
  | "help"
  | "pencil"
  | "sentence";

export interface KeyPress {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

const anyDirection: Readonly<Record<string, Wish>> = {
  PageDown: "next",
  PageUp: "previous",
  ArrowDown: "down",
  ArrowUp: "up",
  Home: "first",
  End: "last",
  Escape: "controls",
};

/** Keys that are typed as single characters; some people have to turn these off (WCAG 2.2, 2.1.4). */
const single: Readonly<Record<string, Wish>> = {
  t: "contents",
  m: "controls",
  "+": "larger",
  "=": "larger",
  "-": "smaller",
  "0": "fit",
  "/": "search",
  b: "bookmark",
  n: "marks",
  l: "look",
  r: "aloud",
  f: "full",
  "?": "help",
  h: "pencil",
  s: "sentence",
};

/** The wish behind a key, or undefined for keys that are the browser's. `letters`: single characters do something. */
export function wishOfKey(press: KeyPress, direction: Direction, letters = true): Wish | undefined {
  // The browser's own search would see the shown page only.
  if ((press.ctrlKey || press.metaKey) && !press.altKey && press.key.toLowerCase() === "f") return "search";
  if (press.ctrlKey || press.altKey || press.metaKey) return undefined;
  if (press.key === " ") return press.shiftKey ? "previous" : "next";
  if (press.key === "ArrowRight") return direction === "rtl" ? "previous" : "next";
  if (press.key === "ArrowLeft") return direction === "rtl" ? "next" : "previous";
  return anyDirection[press.key] ?? (letters ? single[press.key.toLowerCase()] : undefined);
}

/** A tap in the outer thirds turns the page, one in the middle shows or hides the controls. */
export function wishOfTap(across: number, direction: Direction): Wish {
  if (across > 0.3 && across < 0.7) return "controls";
  return across >= 0.7 === (direction === "ltr") ? "next" : "previous";
}

/** The page follows the finger: pulling it to the left brings what lies to the right. */
export function wishOfSwipe(towards: "left" | "right", direction: Direction): Wish {
  return (towards === "left") === (direction === "ltr") ? "next" : "previous";
}

/** Whether a finger's way is a swipe; anything steep, short or slow is something else. Pixels and milliseconds. */
export function swipeOf(dx: number, dy: number, elapsed: number): "left" | "right" | undefined {
  if (elapsed > 800 || Math.abs(dx) < 45 || Math.abs(dx) < 1.7 * Math.abs(dy)) return undefined;
  return dx < 0 ? "left" : "right";
}

/** Listens for swipes on a document or an element; `touches` of a pinch are left alone. */
export function listenForSwipes(target: Document | HTMLElement, swiped: (towards: "left" | "right") => void): void {
  let start: { x: number; y: number; at: number } | undefined;
  target.addEventListener("touchstart", (event) => {
    const { touches, timeStamp } = event as TouchEvent;
    const [touch] = touches;
    start = touch && touches.length === 1 ? { x: touch.screenX, y: touch.screenY, at: timeStamp } : undefined;
  }, { passive: true });
  target.addEventListener("touchend", (event) => {
    const { changedTouches, timeStamp } = event as TouchEvent;
    const [touch] = changedTouches;
    if (!start || !touch || (globalThis.visualViewport?.scale ?? 1) > 1.01) return;
    const towards = swipeOf(touch.screenX - start.x, touch.screenY - start.y, timeStamp - start.at);
    start = undefined;
    if (towards) swiped(towards);
  }, { passive: true });
}
