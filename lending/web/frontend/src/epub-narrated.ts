/** Joins a book's own voice to its pages. */
import type { EpubManifest, FoliateBook } from "./epub-adapter.ts";
import type { Marks } from "./epub-marks.ts";
import { BookNarration, type NarratedPages } from "./epub-narration.ts";
import { lengthOf, offsetOf } from "./epub-offsets.ts";
import type { BookView } from "./epub-view.ts";
import type { ReadingDesk } from "./reading-desk.ts";

interface Shown {
  view(): BookView | undefined;
  show(place: { index: number; anchor: unknown }): Promise<void>;
  marks: Marks;
  draw(): void;
}

/** Undefined for a book without a voice. */
export function makeNarration(stage: HTMLElement, manifest: EpubManifest, book: FoliateBook, desk: ReadingDesk, shown: Shown): BookNarration | undefined {
  const overlays = manifest.sections.map(({ mediaOverlay }) => mediaOverlay ?? undefined);
  if (!overlays.some(Boolean)) return undefined;
  const highlight = new Highlight(manifest, shown);
  const pages: NarratedPages = {
    overlays,
    fetch: async (path) => (await desk.get(path)).text(),
    url: (path) => desk.url(path),
    resolve: (href, from) => {
      const url = new URL(href, desk.url(from)).href;
      return url.startsWith(desk.url("")) ? url.slice(desk.url("").length) : url;
    },
    section: () => shown.view()?.pages()[0]?.index ?? 0,
    firstSeen: (hrefs) => hrefs.findIndex((href) => isHereOrLater(href, book, shown.view())),
    showSection: (index) => shown.show({ index, anchor: 0 }),
    speak: async (href) => {
      const place = href === undefined ? null : book.resolveHref(href);
      if (!place) return highlight.remove();
      if (!shown.view()?.holds(place.index)) await shown.show(place);
      const page = shown.view()?.pages().find(({ index }) => index === place.index);
      const element = page && place.anchor(page.doc);
      if (!page || typeof element !== "object" || !("classList" in element)) return highlight.remove();
      if (!shown.view()?.sees(element, page.doc)) await shown.show(place);
      highlight.put(element, place.index);
    },
  };
  return new BookNarration(stage, pages);
}

function isHereOrLater(href: string, book: FoliateBook, view: BookView | undefined): boolean {
  const place = book.resolveHref(href);
  const page = view?.pages().find(({ index }) => index === place?.index);
  const element = page && place?.anchor(page.doc);
  if (!view || typeof element !== "object") return false;
  const visible = view.element.lastLocation?.range;
  return view.fixed || !visible || visible.comparePoint(element as Node, 0) >= 0;
}

/** The book's own style for what is being spoken; where that makes no difference to see, the reader's. */
class Highlight {
  readonly #classes: readonly string[];
  readonly #playing: string | undefined;
  readonly #shown: Shown;
  #element: Element | undefined;

  constructor({ media }: EpubManifest, shown: Shown) {
    this.#classes = (media?.activeClass ?? "").split(/\s+/).filter(Boolean);
    this.#playing = media?.playbackActiveClass?.trim() || undefined;
    this.#shown = shown;
  }

  put(element: Element, index: number): void {
    this.remove();
    this.#element = element;
    const before = appearance(element);
    element.classList.add(...this.#classes);
    if (this.#playing) element.ownerDocument.documentElement.classList.add(this.#playing);
    if (appearance(element) === before) this.#draw(element, index);
  }

  remove(): void {
    this.#element?.classList.remove(...this.#classes);
    if (this.#playing) this.#element?.ownerDocument.documentElement.classList.remove(this.#playing);
    this.#element = undefined;
    this.#shown.marks.want("spoken", []);
    this.#shown.draw();
  }

  #draw(element: Element, section: number): void {
    const doc = element.ownerDocument;
    const start = offsetOf(doc, element, 0);
    const end = Math.min(lengthOf(doc), start + (element.textContent?.length ?? 0));
    this.#shown.marks.want("spoken", [{ id: "narrated", locator: { section, start, end }, ink: "spoken" }]);
    this.#shown.draw();
  }
}

function appearance(element: Element): string {
  const style = element.ownerDocument.defaultView?.getComputedStyle(element);
  return style ? [style.color, style.backgroundColor, style.textDecoration, style.outline, style.fontWeight, style.border].join() : "";
}
