/** Moving along a text that is scrolled: arrows by lines, the wheel along the lines' own direction and beyond the end. */
import type { ChapterEnds } from "./chapter-ends.ts";
import type { BookView, Way } from "./epub-view.ts";

/** CSS pixels. */
const LINE = 64;

export class Scrolling {
  readonly #stage: HTMLElement;
  readonly #view: () => BookView | undefined;
  readonly #ends: ChapterEnds;

  /** `view` is the one that is seen, if any. */
  constructor(stage: HTMLElement, view: () => BookView | undefined, ends: ChapterEnds) {
    this.#stage = stage;
    this.#view = view;
    this.#ends = ends;
    stage.addEventListener("keydown", this.pressed);
    stage.addEventListener("wheel", this.wheeled, { passive: true });
  }

  /** Arrows move by lines; whole screens are for the other keys. */
  readonly pressed = (event: KeyboardEvent): void => {
    const view = this.#view();
    if (!view?.scrolls || event.ctrlKey || event.altKey || event.metaKey) return;
    const ways: Readonly<Record<string, Way>> = view.vertical ? { ArrowLeft: 1, ArrowRight: -1 } : { ArrowDown: 1, ArrowUp: -1 };
    const way = ways[event.key];
    if (!way || view.atEdge(way)) return;
    event.preventDefault();
    view.scrollBy(way * LINE);
  };

  /** Where lines run downwards the text goes on to the left, and no wheel turns that way by itself. */
  readonly wheeled = (event: WheelEvent): void => {
    const view = this.#view();
    if (!view?.scrolls) return;
    if (view.vertical && !event.deltaX && !event.ctrlKey) view.scrollBy(event.deltaY);
    this.#ends.wheeled(event, view.vertical);
  };

  close(): void {
    this.#stage.removeEventListener("keydown", this.pressed);
    this.#stage.removeEventListener("wheel", this.wheeled);
  }
}
