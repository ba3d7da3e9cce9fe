/** One view of foliate-js on the stage: a section laid out in pages or as a scroll, or a spread of a fixed layout. */
import type { Progress, Renderer, View } from "foliate-js/view.js";
import "foliate-js/view.js";
import type { FoliateBook } from "./epub-adapter.ts";
import { around, inWindow, meet, rectsOf } from "./epub-places.ts";
import { firstRect, seatOf } from "./epub-seats.ts";
import type { Box } from "./pages.ts";

export type Way = 1 | -1;

export interface Page {
  doc: Document;
  index: number;
}

export interface ViewEvents {
  loaded(view: BookView, page: Page): void;
  moved(view: BookView, progress: Progress): void;
  scrolled(view: BookView): void;
  link(view: BookView, link: Element, href: string): void;
  external(view: BookView, href: string): void;
}

/** What a scroll by one screen leaves standing, so that the eye finds its line again. CSS pixels. */
const OVERLAP = 56;
const SLIDE = { duration: 280, easing: "cubic-bezier(0.3, 0.7, 0.2, 1)" };

export class BookView {
  readonly element = document.createElement("foliate-view") as View;
  /** The section it shows or is about to show. */
  section = -1;
  /** Its section is laid out. */
  ready = false;
  /** Resolves when what was asked for last is laid out; never, if its frame fails without a word. */
  shown: Promise<void> = Promise.resolve();
  vertical = false;
  /** It shows a page of fixed size among chapters that flow. */
  plate = false;
  readonly #events: ViewEvents;
  readonly #indexes = new WeakMap<Document, number>();
  #book: FoliateBook | undefined;
  /** Puts the page that lies half on the screen, or is pushed with a speed, where it belongs. */
  #settle: (vx: number, vy: number) => void = () => {};

  constructor(events: ViewEvents) {
    this.#events = events;
  }

  get renderer(): Renderer {
    return this.element.renderer;
  }

  get book(): FoliateBook {
    if (!this.#book) throw new Error("The view has no book yet.");
    return this.#book;
  }

  get fixed(): boolean {
    return this.element.isFixedLayout;
  }

  get scrolls(): boolean {
    return this.renderer.getAttribute("flow") === "scrolled";
  }

  async open(book: FoliateBook): Promise<void> {
    this.#book = book;
    this.#listen();
    await this.element.open(book);
    this.renderer.addEventListener("scroll", () => this.#events.scrolled(this));
    this.#settleOnlyWhatMoved();
    this.#layOutOnlyWhatIsThere();
  }

  close(): void {
    this.element.remove();
    // After the frame for which foliate may still have put off a look at this view's background.
    requestAnimationFrame(() => {
      try {
        this.element.close();
      } catch {
        // foliate can't close what never finished opening; taking it off the page is what counts.
      }
    });
  }

  /** Out of sight, out of reach and silent, but laid out. */
  hide(): void {
    this.element.inert = true;
    this.element.setAttribute("aria-hidden", "true");
    this.element.classList.add("waiting");
  }

  appear(): void {
    this.element.inert = false;
    this.element.removeAttribute("aria-hidden");
    this.element.classList.remove("waiting");
  }

  show(index: number, anchor: unknown): Promise<void> {
    if (!this.holds(index)) this.expect(index);
    this.shown = this.renderer.goTo({ index, anchor: (doc: Document) => seated(anchor, doc) }).then(() => {
      this.ready = true;
    });
    return this.shown;
  }

  /** Another section is on its way into this view. */
  expect(index: number): void {
    this.section = index;
    this.ready = false;
  }

  /** Within the section that it shows. */
  async place(anchor: unknown): Promise<void> {
    const doc = this.pages()[0]?.doc;
    if (doc) await this.renderer.scrollToAnchor?.(seated(anchor, doc));
  }

  /** The documents that it shows, those hidden beside a single page of a spread left out. */
  pages(): Page[] {
    return this.#frames().filter(({ doc }) => isSeen(doc));
  }

  holds(index: number): boolean {
    return this.fixed ? this.#frames().some((page) => page.index === index) : this.section === index;
  }

  /** Whether the network lost its frame on the way: the browser shows a page of its own there, which nobody may read. */
  get lost(): boolean {
    return !this.fixed && Boolean(this.renderer?.getContents().some(({ doc }) => doc === null));
  }

  get hasFocus(): boolean {
    return this.#frames().some(({ doc }) => doc.hasFocus());
  }

  /** The section beyond this one (or beyond this spread), to which a turn that way leads. */
  neighbour(way: Way): number | undefined {
    const { sections } = this.book;
    if (this.fixed) return this.#spreadBeside(way);
    for (let index = this.section + way; index >= 0 && index < sections.length; index += way) {
      if (sections[index]?.linear !== "no") return index;
    }
    return undefined;
  }

  /** Whether a turn that way leaves the section. */
  atEdge(way: Way): boolean {
    const { page = 0, pages = 0, start = 0, end = 0, viewSize = 0 } = this.renderer;
    if (this.fixed) return !this.#hidesPage(way);
    if (this.scrolls) return way > 0 ? viewSize - end <= 2 : start <= 1;
    return way > 0 ? page >= pages - 2 : page <= 1;
  }

  /** Turns a page within the section. With `slide` it takes a moment, without it none. */
  async step(way: Way, slide: boolean): Promise<void> {
    const { renderer } = this;
    if (this.fixed) await this.#foliateTurns(way);
    else if (this.scrolls) this.scrollBy(way * Math.max((renderer.size ?? 0) - OVERLAP, (renderer.size ?? 0) / 2));
    else if (slide) await this.#foliateTurns(way);
    else await this.#jump(way);
  }

  /** Along the text, CSS pixels; in a scroll only. */
  scrollBy(distance: number): void {
    const { renderer } = this;
    renderer.containerPosition = (renderer.containerPosition ?? 0) + (this.vertical ? -distance : distance);
  }

  /** Comes in from the side to which the book goes on. */
  slideIn(from: "left" | "right"): void {
    const [start] = from === "right" ? ["100%"] : ["-100%"];
    this.element.animate([{ transform: `translateX(${start})` }, { transform: "none" }], SLIDE);
  }

  /** The part of the window in which the page stands: what lies beyond belongs to other pages. */
  window(): Box {
    const box = this.element.getBoundingClientRect();
    const { size } = this.renderer;
    if (this.fixed || this.scrolls || !size) return box;
    const { left, top, width, height } = box;
    return this.vertical
      ? { left, width, top: top + (height - size) / 2, height: size }
      : { top, height, left: left + (width - size) / 2, width: size };
  }

  /** Whether a place in one of its documents begins on the page that is seen. */
  sees(place: Range | Element, doc: Document): boolean {
    const seat = seatOf(place);
    const first = seat && firstRect(seat);
    return first !== undefined && isSeen(doc) && meet(inWindow(first, doc), this.window());
  }

  /** What of a place is on the page that is seen, in the window. */
  boxOf(place: Range | Element, doc: Document): Box {
    const boxes = rectsOf(place).map((rect) => inWindow(rect, doc));
    const seen = boxes.filter((box) => meet(box, this.window()));
    return around(seen.length ? seen : boxes);
  }

  #listen(): void {
    const { element } = this;
    element.addEventListener("load", (event) => {
      const page = (event as CustomEvent<Page>).detail;
      this.#indexes.set(page.doc, page.index);
      if (!this.fixed) this.section = page.index;
      this.#events.loaded(this, page);
    });
    element.addEventListener("relocate", (event) => {
      // foliate tells of a place before it tells that its section is laid out.
      if (this.fixed || this.pages()[0]?.index === this.section) this.ready = true;
      this.#events.moved(this, (event as CustomEvent<Progress>).detail);
    });
    element.addEventListener("link", (event) => {
      event.preventDefault();
      const { a, href } = (event as CustomEvent<{ a: Element; href: string }>).detail;
      this.#events.link(this, a, href);
    });
    element.addEventListener("external-link", (event) => {
      event.preventDefault();
      this.#events.external(this, (event as CustomEvent<{ href: string }>).detail.href);
    });
  }

  #frames(): Page[] {
    const contents = this.renderer?.getContents() ?? [];
    return contents.flatMap(({ doc }) => {
      const index = doc ? this.#indexes.get(doc) : undefined;
      return doc?.body && index !== undefined ? [{ doc, index }] : [];
    });
  }

  /**
   * foliate settles a page after every touch. A tap has moved nothing; and a section that is on its way, or that is
   * empty, has no page to settle on: foliate would take it for the end of a chapter and go on to the next.
   */
  #settleOnlyWhatMoved(): void {
    const { renderer } = this;
    if (!renderer.snap) return;
    this.#settle = renderer.snap.bind(renderer);
    renderer.snap = (vx, vy) => {
      const { start = 0, size = 1 } = renderer;
      const between = Math.abs(start / size - Math.round(start / size)) * size > 1;
      if (this.ready && (vx || vy || between)) this.#settle(vx, vy);
    };
  }

  /**
   * foliate lays its section out anew whenever the window or a setting changes, and trips over a frame that is on its
   * way and has no text yet. Once that has come, it is laid out in any case.
   */
  #layOutOnlyWhatIsThere(): void {
    const { renderer } = this;
    if (!renderer.render) return;
    const render = renderer.render.bind(renderer);
    renderer.render = () => {
      if (renderer.getContents().every(({ doc }) => !doc || doc.body)) render();
    };
  }

  async #foliateTurns(way: Way): Promise<void> {
    await (way > 0 ? this.element.next() : this.element.prev());
  }

  /**
   * A turn without foliate's wait of a tenth of a second after each: the page is put where it belongs, and foliate told
   * to settle there. Should it settle elsewhere (sizes are fractions under a browser's zoom), it turns the page itself.
   */
  async #jump(way: Way): Promise<void> {
    const { renderer } = this;
    const { page = 0, size = 0 } = renderer;
    const forward = renderer.getAttribute("dir") === "rtl" && !this.vertical ? -1 : 1;
    renderer.containerPosition = (page + way) * size * forward;
    this.#settle(0, 0);
    if (renderer.page === page) await this.#foliateTurns(way);
  }

  #spreadBeside(way: Way): number | undefined {
    const { sections } = this.book;
    const spreadOf = (index: number) => this.renderer.getSpreadOf?.(sections[index])?.index;
    const here = spreadOf(this.renderer.index ?? -1);
    if (here === undefined) return undefined;
    const there = sections.map((_, index) => index).filter((index) => spreadOf(index) === here + way);
    return there.at(way > 0 ? 0 : -1);
  }

  /** On a screen that is higher than wide, a spread shows one of its two pages. */
  #hidesPage(way: Way): boolean {
    const frames = this.#frames();
    const seen = frames.findLast(({ doc }) => isSeen(doc))?.index ?? 0;
    return frames.some(({ doc, index }) => !isSeen(doc) && Math.sign(index - seen) === way);
  }
}

/** What an anchor means in a document: a place that can be seen, or a fraction of the whole. */
function seated(anchor: unknown, doc: Document): unknown {
  const place: unknown = typeof anchor === "function" ? (anchor as (doc: Document) => unknown)(doc) : anchor;
  return place && typeof place === "object" ? (seatOf(place as Range | Element) ?? 0) : place;
}

/** foliate hides the other page of a spread by its frame's surroundings. */
function isSeen(doc: Document): boolean {
  const frame = doc.defaultView?.frameElement;
  return Boolean(frame) && frame?.parentElement?.style.display !== "none";
}
