/** What the pages of an EPUB wear: the reader's look, in the room that the stage has. */
import { houseFonts } from "./book-fonts.ts";
import { bookStyle, markPlainLines, tameWide } from "./book-themes.ts";
import { dress, plateRoom, slides } from "./epub-dress.ts";
import { FixedZoom } from "./epub-fixed.ts";
import { mendPlate, mendViewport } from "./epub-mending.ts";
import type { BookView } from "./epub-view.ts";
import type { Look } from "./pages.ts";

/** Above and below the text, together with what foliate keeps there. CSS pixels. */
const MARGINS = 112;

export class Wardrobe {
  look: Look;
  readonly zoom = new FixedZoom();
  readonly #stage: HTMLElement;
  readonly #fixed: boolean;
  readonly #resized: ResizeObserver;
  #size = "";

  /** `resized`: the stage has another size, and what is shown is to be dressed again. */
  constructor(stage: HTMLElement, fixed: boolean, look: Look, resized: () => void) {
    this.#stage = stage;
    this.#fixed = fixed;
    this.look = look;
    this.#resized = new ResizeObserver(() => this.#measure(resized));
    this.#resized.observe(stage);
  }

  /** Whether pages slide when they are turned. */
  get slides(): boolean {
    return slides(this.look);
  }

  /** Before its first page, and whenever the look or the stage has changed. */
  dress(view: BookView): void {
    for (const { doc } of this.#minding ? view.pages() : []) markPlainLines(doc);
    dress(view, this.look, this.#room());
    view.renderer.setStyles?.(this.#style());
    this.#stage.style.touchAction = this.look.flow === "scroll" && !this.#fixed ? "pan-x pan-y pinch-zoom" : "";
  }

  /** A document that has just come. */
  dressPage(view: BookView, doc: Document): void {
    if (this.#fixed) {
      mendViewport(doc);
      this.zoom.touch(doc);
      return;
    }
    view.plate = mendPlate(doc, plateRoom(this.#room()));
    dress(view, this.look, this.#room());
    if (this.#minding) markPlainLines(doc);
    void doc.fonts.ready.then(() => tameWide(doc, doc.documentElement.clientWidth));
  }

  close(): void {
    this.#resized.disconnect();
  }

  /** Whether lines are set otherwise than the book has them. */
  get #minding(): boolean {
    return !this.#fixed && this.look.align !== "book";
  }

  #room(): { width: number; height: number } {
    return { width: this.#stage.clientWidth, height: this.#stage.clientHeight };
  }

  #style(): [string, string] {
    return bookStyle(this.look, houseFonts(this.look.face), this.#stage.clientHeight - MARGINS);
  }

  #measure(resized: () => void): void {
    const { width, height } = this.#room();
    if (`${width}×${height}` === this.#size) return;
    this.#size = `${width}×${height}`;
    resized();
  }
}
