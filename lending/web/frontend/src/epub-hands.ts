/** What hands do on a page of the book, inside its frame: keys, taps, a text selected or copied, a wheel turned. */
import { around, inWindow } from "./epub-places.ts";
import type { Page } from "./epub-view.ts";
import { Taps } from "./taps.ts";

export interface Hands {
  /** `at` in the window's coordinates, `x` and `y` in the frame's. */
  tapped(page: Page, at: { left: number; top: number }, x: number, y: number): void;
  key(event: KeyboardEvent): void;
  pointed(top: number): void;
  selected(page: Page, range: Range | undefined): void;
  copying(event: ClipboardEvent, text: string): void;
  wheeled(event: WheelEvent): void;
}

/** A selection made with a finger's handles is told when they rest. */
const HANDLES_REST = 300;

export function watchHands(page: Page, hands: Hands): void {
  const { doc } = page;
  doc.addEventListener("keydown", (event) => hands.key(event));
  doc.addEventListener("wheel", (event) => hands.wheeled(event), { passive: true });
  doc.addEventListener("copy", (event) => hands.copying(event, doc.getSelection()?.toString() ?? ""));
  doc.addEventListener("cut", (event) => hands.copying(event, doc.getSelection()?.toString() ?? ""));
  doc.addEventListener("pointermove", ({ clientX, clientY }) => hands.pointed(placeOf(doc, clientX, clientY).top));
  const taps = new Taps();
  doc.addEventListener("click", (event) => {
    if (event.defaultPrevented || !isPlain(event.target) || rangeOf(doc)) return taps.cancel();
    const { clientX, clientY } = event;
    taps.tapped(event, () => rangeOf(doc) ?? hands.tapped(page, placeOf(doc, clientX, clientY), clientX, clientY));
  });
  watchSelection(page, hands);
}

function watchSelection(page: Page, hands: Hands): void {
  const { doc } = page;
  let drawing = false;
  let told = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = () => {
    clearTimeout(timer);
    const range = rangeOf(doc);
    if (!range && !told) return;
    told = Boolean(range);
    hands.selected(page, range);
  };
  doc.addEventListener("pointerdown", () => (drawing = true));
  for (const name of ["pointerup", "pointercancel"] as const) {
    doc.addEventListener(name, () => {
      drawing = false;
      // The selection that a click takes away is gone only afterwards.
      timer = setTimeout(tell, 10);
    });
  }
  doc.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    if (!rangeOf(doc)) tell();
    else if (!drawing) timer = setTimeout(tell, HANDLES_REST);
  });
}

export function rangeOf(doc: Document): Range | undefined {
  const selection = doc.getSelection();
  if (!selection?.rangeCount || selection.isCollapsed || !selection.toString().trim()) return undefined;
  return selection.getRangeAt(0);
}

function placeOf(doc: Document, x: number, y: number): { left: number; top: number } {
  return around([inWindow({ left: x, top: y, width: 0, height: 0 }, doc)]);
}

/** Whether a tap on it is a tap on the page, not on something of the book's own. */
function isPlain(target: EventTarget | null): boolean {
  const element = target as Element | null;
  return !element?.closest?.("a[href], button, input, select, textarea, summary, label, audio, video, [role='button']");
}
