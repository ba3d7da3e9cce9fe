/**
 * The views of a book: the one that is seen, and out of sight the sections before and after it, laid out ahead.
 *
 * Nothing of a book may stay in the browser's cache, so this is how a turn into the next section needs no request: its
 * view is there already and takes the stage. A view that fails before anybody needed it is dropped without a word.
 */
import { BookView, type ViewEvents, type Way } from "./epub-view.ts";

/** Laying out a longer section would hold up the page that is being read. In bytes. */
const LONGEST_AHEAD = 3_000_000;
const SOON = 120;
const AHEAD_MAY_TAKE = 25_000;
/** After a page was scrolled foliate looks for what is seen of it, up to so much later; it may have gone meanwhile. */
const LOOKS_BACK_FOR = 1000;
/** It does so at once, or while it scrolls, which is a promise. */
const STUMBLES = ["error", "unhandledrejection"] as const;

export class BookViews {
  readonly #stage: HTMLElement;
  readonly #events: ViewEvents;
  readonly #open: (view: BookView) => Promise<void>;
  /** Those out of sight. */
  readonly #waiting = new Set<BookView>();
  #current: BookView | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  /** When a view was closed last. */
  #closedAt = -Infinity;
  /** The view that is being laid out ahead; when it is no longer this one, it was let go meanwhile. */
  #working: BookView | undefined;

  /** `open` gives a view its book and its look; the view stands on the stage already. */
  constructor(stage: HTMLElement, events: ViewEvents, open: (view: BookView) => Promise<void>) {
    this.#stage = stage;
    this.#events = events;
    this.#open = open;
    for (const how of STUMBLES) addEventListener(how, this.#stumbled);
  }

  get current(): BookView | undefined {
    return this.#current;
  }

  /** The first view, and nothing beside it. */
  async begin(): Promise<BookView> {
    this.clear();
    const view = new BookView(this.#events);
    this.#current = view;
    this.#stage.append(view.element);
    await this.#open(view);
    return view;
  }

  /** A view out of sight that holds the section or is about to. */
  find(index: number): BookView | undefined {
    return [...this.#waiting].find((view) => view.holds(index) || view.section === index);
  }

  /** The document of a section, if any view has it. */
  documentOf(index: number): Document | undefined {
    const views = this.#current ? [this.#current, ...this.#waiting] : [];
    return views.flatMap((view) => (view.ready ? view.pages() : [])).find((page) => page.index === index)?.doc;
  }

  /** `view` takes the stage at once; the one before it waits, in case the reader turns back. */
  take(view: BookView): void {
    const before = this.#current;
    const focused = before?.hasFocus ?? false;
    this.#waiting.delete(view);
    view.appear();
    this.#current = view;
    if (before) {
      before.hide();
      this.#waiting.add(before);
    }
    if (focused && view.ready) view.renderer.focusView?.();
  }

  /** Gets the neighbours ready in a moment, also for somebody who leafs on meanwhile, and lets go of what is none. */
  prepareSoon(): void {
    this.#timer ??= setTimeout(() => void this.#prepare(), SOON);
  }

  /** What waits was laid out for another look, another size, or has failed. */
  forgetOthers(): void {
    this.#calm();
    clearTimeout(this.#patience);
    for (const view of this.#waiting) this.#close(view);
    this.#waiting.clear();
    this.#working = undefined;
  }

  close(): void {
    this.clear();
    setTimeout(() => STUMBLES.forEach((how) => removeEventListener(how, this.#stumbled)), LOOKS_BACK_FOR);
  }

  clear(): void {
    this.forgetOthers();
    if (this.#current) this.#close(this.#current);
    this.#current = undefined;
    this.#stage.querySelectorAll("foliate-view").forEach((view) => view.remove());
  }

  /** foliate stumbles over a frame that was lost or has just been closed, where nobody catches it. */
  readonly #stumbled = (event: ErrorEvent | PromiseRejectionEvent): void => {
    const error: unknown = event instanceof ErrorEvent ? event.error : event.reason;
    const looksForWhatIsGone = error instanceof TypeError && error.message.includes("null");
    if (looksForWhatIsGone && performance.now() - this.#closedAt < LOOKS_BACK_FOR) event.preventDefault();
    const lost = [this.#current, ...this.#waiting].find((view) => view?.lost);
    if (!lost) return;
    event.preventDefault();
    if (lost !== this.#current) this.forgetOthers();
  };

  #close(view: BookView): void {
    this.#closedAt = performance.now();
    view.close();
  }

  #calm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #prepare(): Promise<void> {
    const { current } = this;
    this.#calm();
    if (!current?.ready || this.#working) return;
    const wanted = ([1, -1] as const).flatMap((way) => {
      const index = current.neighbour(way);
      return index === undefined ? [] : [{ index, way }];
    });
    for (const view of this.#waiting) {
      if (wanted.some(({ index }) => view.holds(index) || view.section === index)) continue;
      this.#close(view);
      this.#waiting.delete(view);
    }
    const next = wanted.find(({ index, way }) => !this.find(index) && isNear(current, way) && isShort(current, index));
    if (next) await this.#layOut(next.index, next.way);
  }

  async #layOut(index: number, way: Way): Promise<void> {
    const view = new BookView(this.#events);
    this.#working = view;
    this.#patience = setTimeout(() => this.forgetOthers(), AHEAD_MAY_TAKE);
    this.#waiting.add(view);
    view.section = index;
    view.hide();
    this.#stage.append(view.element);
    await this.#open(view);
    await view.show(index, way > 0 ? 0 : 1);
    if (this.#working !== view) return;
    clearTimeout(this.#patience);
    this.#working = undefined;
    this.prepareSoon();
  }
}

/** What comes is always near; what was before only while its end is a turn or two away. */
function isNear(view: BookView, way: Way): boolean {
  return way > 0 || view.fixed || view.scrolls || (view.renderer.page ?? 0) <= 2;
}

function isShort({ book }: BookView, index: number): boolean {
  return (book.sections[index]?.size ?? 0) < LONGEST_AHEAD;
}
