/** Hands on the pages of a PDF: taps, links, the mouse's way, swipes, two fingers, selecting, copying. */
import { listenForSwipes } from "./gestures.ts";
import { Taps } from "./taps.ts";

export interface Hands {
  tapped(event: MouseEvent): void;
  /** A double click on a line of text. */
  wordWanted(event: MouseEvent): void;
  followed(link: HTMLAnchorElement): void;
  pointed(top: number): void;
  swiped(towards: "left" | "right"): void;
  /** Two fingers or the wheel with Ctrl: that many times as large, around a point of the window. */
  pinched(factor: number, x: number, y: number): void;
  pinchOver(): void;
  selectionSettled(): void;
  copying(event: ClipboardEvent): void;
}

const SELECTION_SETTLES = 250;

/** Listens until `signal` is aborted. */
export function watchHands(stage: HTMLElement, hands: Hands, signal: AbortSignal): void {
  const taps = new Taps();
  stage.addEventListener("click", (event) => clicked(event, hands, taps), { signal });
  signal.addEventListener("abort", () => taps.cancel());
  stage.addEventListener("pointermove", ({ clientY }) => hands.pointed(clientY), { signal, passive: true });
  stage.addEventListener("copy", (event) => hands.copying(event), { signal });
  listenForSwipes(stage, (towards) => !signal.aborted && hands.swiped(towards));
  watchSelection(stage, hands, signal);
  watchPinch(stage, hands, signal);
}

function clicked(event: MouseEvent, hands: Hands, taps: Taps): void {
  const link = (event.target as Element | null)?.closest<HTMLAnchorElement>("a.page-link");
  if (!link && event.detail === 2 && isText(event.target)) hands.wordWanted(event);
  if (!link && hasChosen()) return taps.cancel();
  if (!link) return taps.tapped(event, () => hasChosen() || hands.tapped(event));
  event.preventDefault();
  hands.followed(link);
}

function isText(target: EventTarget | null): boolean {
  return target instanceof SVGTextElement;
}

/** Whether words are selected; a double click between them takes hold of a line's end. */
function hasChosen(): boolean {
  return Boolean(getSelection()?.toString().trim());
}

/** Told when a hand is up, or when keys or a phone's handles have stopped moving the selection. */
function watchSelection(stage: HTMLElement, hands: Hands, signal: AbortSignal): void {
  let drawing = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const settle = (wait: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => !drawing && !signal.aborted && hands.selectionSettled(), wait);
  };
  stage.addEventListener("pointerdown", () => (drawing = true), { signal, passive: true });
  for (const up of ["pointerup", "pointercancel"]) {
    document.addEventListener(up, () => {
      if (drawing) settle(0);
      drawing = false;
    }, { signal, passive: true });
  }
  document.addEventListener("selectionchange", () => settle(SELECTION_SETTLES), { signal });
}

function watchPinch(stage: HTMLElement, hands: Hands, signal: AbortSignal): void {
  let apart = 0;
  stage.addEventListener("touchmove", (event) => {
    const [one, other] = event.touches;
    if (!one || !other) return;
    event.preventDefault();
    const now = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    if (apart) hands.pinched(now / apart, (one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2);
    apart = now;
  }, { signal, passive: false });
  for (const end of ["touchend", "touchcancel"]) {
    stage.addEventListener(end, () => {
      if (apart) hands.pinchOver();
      apart = 0;
    }, { signal, passive: true });
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    hands.pinched(Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
    clearTimeout(timer);
    timer = setTimeout(() => hands.pinchOver(), 150);
  }, { signal, passive: false });
}
