/** How large the pages of a fixed layout are: the whole page, its width, or larger still. */
import type { BookView } from "./epub-view.ts";

/** Beyond the page's width, multiples of it. */
const LARGER = [1.4, 2, 2.8, 4] as const;
const FITS = ["fit-page", "fit-width"] as const;

export class FixedZoom {
  #level = 0;

  get zoomed(): boolean {
    return this.#level > 0;
  }

  step(step: -1 | 0 | 1, view: BookView): void {
    this.#level = step === 0 ? 0 : Math.min(Math.max(this.#level + step, 0), FITS.length + LARGER.length - 1);
    this.apply(view);
    for (const { doc } of view.pages()) this.touch(doc);
  }

  apply({ renderer }: BookView): void {
    // Centred, but not so that what is too wide begins beyond the left edge, where nobody can scroll.
    renderer.style.justifyContent = "safe center";
    renderer.setAttribute("zoom", FITS[Math.min(this.#level, 1)] ?? "fit-page");
    const larger = LARGER[this.#level - FITS.length];
    // The empty half of a spread is a frame too, without a size.
    const scale = renderer.getContents().map(({ doc }) => scaleOf(doc)).find(Boolean);
    if (larger && scale) renderer.setAttribute("zoom", String(scale * larger));
  }

  /** A page that fits does not scroll: a finger across it is a swipe. One that doesn't is moved by fingers. */
  touch(doc: Document): void {
    doc.documentElement.style.touchAction = this.zoomed ? "auto" : "pan-y pinch-zoom";
    doc.documentElement.style.overscrollBehavior = "none";
  }
}

function scaleOf(doc: Document | null | undefined): number | undefined {
  const frame = doc?.defaultView?.frameElement as HTMLElement | null | undefined;
  return frame?.offsetWidth ? frame.getBoundingClientRect().width / frame.offsetWidth : undefined;
}
