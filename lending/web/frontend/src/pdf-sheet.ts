/** One page of a PDF: its picture, its pieces when it is shown large, what is drawn on it, its words, its links. */
import type { Decoration } from "./pages.ts";
import { type Area, pictureWidth, type Size, type Turn, turned } from "./pdf-geometry.ts";
import { MarkLayer } from "./pdf-marks.ts";
import type { PdfSource } from "./pdf-source.ts";
import { Tiles } from "./pdf-tiles.ts";
import { around, type PageLink, type PageText, type Span } from "./pdf-words.ts";
import { TextLayer } from "./text-layer.ts";

export interface SheetHost {
  source: PdfSource;
  label(page: number): string;
  decorations(page: number): readonly Decoration[];
  /** The words for a page that can't be shown. */
  refusal(refused: unknown): string;
  textCame(page: number): void;
}

const FIRST_RETRY = 4_000;
const LONGEST_RETRY = 60_000;

export class Sheet {
  readonly page: number;
  readonly element = document.createElement("div");
  /** Turned as a whole, so that picture, words, links and marks stay together. */
  readonly #paper = document.createElement("div");
  readonly #host: SheetHost;
  readonly #tiles: Tiles;
  readonly #gone = new AbortController();
  #size: Size = { width: 1, height: 1 };
  #turn: Turn = 0;
  #picture: HTMLImageElement | undefined;
  #pictured = 0;
  #asking: { width: number; done: Promise<void> } | undefined;
  #retry = FIRST_RETRY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #texted = false;
  /** Its reader has got there. Until then it is fetched ahead, and the library counts nothing. */
  #opened = false;
  words: TextLayer | undefined;
  #marks: MarkLayer | undefined;

  constructor(page: number, host: SheetHost) {
    this.page = page;
    this.#host = host;
    this.#tiles = new Tiles(host.source, page);
    this.element.className = "sheet";
    this.element.dataset["page"] = String(page);
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", host.label(page));
    this.#paper.className = "sheet-paper";
    this.#paper.append(this.#tiles.element);
    this.element.append(this.#paper);
  }

  /** Whether it can be shown at once: a picture is there, or the words that say why there is none. */
  get ready(): boolean {
    return Boolean(this.#picture) || this.#paper.querySelector(".page-missing") !== null;
  }

  /** Sizes are set through the object model, which the page's policy allows; a style attribute it would not. */
  measure(size: Size, turn: Turn): void {
    this.#size = size;
    this.#turn = turn;
    const outer = turned(size, turn);
    setSize(this.element, outer);
    setSize(this.#paper, size);
    const moves: Record<Turn, string> = {
      0: "none",
      90: `translate(${outer.width}px, 0) rotate(90deg)`,
      180: `translate(${outer.width}px, ${outer.height}px) rotate(180deg)`,
      270: `translate(0, ${outer.height}px) rotate(270deg)`,
    };
    this.#paper.style.transform = moves[turn];
  }

  /** Asks for what is needed to show the page sharply at its measure. Resolves when there is something to show. */
  async load(): Promise<void> {
    const width = pictureWidth(this.#size.width, globalThis.devicePixelRatio || 1);
    if (this.#pictured < width && (this.#asking?.width ?? 0) < width) this.#asking = { width, done: this.#ask(width) };
    if (!this.#texted) void this.#loadText();
    if (!this.ready) await this.#asking?.done;
  }

  /** What is seen of the page decides which pieces it needs. */
  seen(window: Area): void {
    const part = this.#partSeen(window);
    this.#tiles.update(this.#size, part);
    if (!part || this.#opened) return;
    this.#opened = true;
    this.#host.source.opened(this.page);
  }

  unseen(): void {
    this.#tiles.clear();
  }

  decorate(): void {
    if (this.element.isConnected) this.#marks?.draw(this.#host.decorations(this.page));
  }

  markAt(x: number, y: number): ReturnType<MarkLayer["at"]> {
    return this.#marks?.at(x, y);
  }

  /** Where a passage of the page stands in the window. */
  rectOf(span: Span): DOMRect | undefined {
    const layer = this.words?.element;
    const box = around(this.words?.boxes(span) ?? []);
    const matrix = layer?.getScreenCTM();
    if (!box || !matrix) return undefined;
    const one = new DOMPoint(box.left, box.top).matrixTransform(matrix);
    const other = new DOMPoint(box.left + box.width, box.top + box.height).matrixTransform(matrix);
    return DOMRect.fromRect({ x: Math.min(one.x, other.x), y: Math.min(one.y, other.y), width: Math.abs(other.x - one.x), height: Math.abs(other.y - one.y) });
  }

  /** Nothing of it stays: what is asked for is given up. */
  drop(): void {
    this.#gone.abort();
    clearTimeout(this.#timer);
    this.#tiles.clear();
    this.element.remove();
    this.element.replaceChildren();
  }

  async #ask(width: number): Promise<void> {
    try {
      const path = `pages/${this.page}?w=${width}${this.#opened ? "" : "&ahead=1"}`;
      const picture = await this.#host.source.picture(path, this.#gone.signal);
      if (width > this.#pictured) this.#put(picture, width);
    } catch (refused) {
      if (!this.#gone.signal.aborted && !this.#host.source.over) this.#missing(refused);
    }
    if (this.#asking?.width === width) this.#asking = undefined;
  }

  #put(picture: HTMLImageElement, width: number): void {
    picture.className = "page-picture";
    this.#paper.querySelector(".page-missing")?.remove();
    if (this.#picture) this.#picture.replaceWith(picture);
    else this.#paper.prepend(picture);
    this.#picture = picture;
    this.#pictured = width;
    this.#retry = FIRST_RETRY;
  }

  /** Calm words where the page would be; it is tried again, at growing intervals, as long as it is near. */
  #missing(refused: unknown): void {
    if (!this.#picture && !this.#paper.querySelector(".page-missing")) {
      const words = document.createElement("p");
      words.className = "page-missing";
      words.textContent = this.#host.refusal(refused);
      this.#paper.append(words);
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), this.#retry);
    this.#retry = Math.min(this.#retry * 2, LONGEST_RETRY);
  }

  async #loadText(): Promise<void> {
    this.#texted = true;
    try {
      const text = await this.#host.source.text(this.page);
      if (!this.#gone.signal.aborted) this.#write(text);
    } catch {
      this.#texted = false; // asked for anew the next time the page is looked at
    }
  }

  #write(text: PageText): void {
    this.words = new TextLayer(text);
    this.#marks = new MarkLayer(this.words);
    this.#paper.append(this.#marks.element, this.words.element, ...this.#links(text));
    this.decorate();
    this.#host.textCame(this.page);
  }

  #links({ width, height, links }: PageText): HTMLAnchorElement[] {
    return (links ?? []).map((link) => linkElement(link, { width, height }, this.#host.label(link.page ?? 0)));
  }

  #partSeen(window: Area): Area | undefined {
    const box = this.element.getBoundingClientRect();
    const part = {
      left: clamp((window.left - box.left) / box.width),
      top: clamp((window.top - box.top) / box.height),
      right: clamp((window.right - box.left) / box.width),
      bottom: clamp((window.bottom - box.top) / box.height),
    };
    return part.left < part.right && part.top < part.bottom ? unturned(part, this.#turn) : undefined;
  }
}

/** An area of the page as it stands there, in the page's own directions. */
export function unturned({ left, top, right, bottom }: Area, turn: Turn): Area {
  if (turn === 90) return { left: top, top: 1 - right, right: bottom, bottom: 1 - left };
  if (turn === 180) return { left: 1 - right, top: 1 - bottom, right: 1 - left, bottom: 1 - top };
  if (turn === 270) return { left: 1 - bottom, top: left, right: 1 - top, bottom: right };
  return { left, top, right, bottom };
}

function linkElement({ box: [x, y, width, height], page, href }: PageLink, paper: Size, label: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.className = "page-link";
  link.href = href ?? `#${page}`;
  if (page) link.dataset["page"] = String(page);
  link.setAttribute("aria-label", href ?? `→ ${label}`);
  link.style.left = `${(x / paper.width) * 100}%`;
  link.style.top = `${(y / paper.height) * 100}%`;
  link.style.width = `${(width / paper.width) * 100}%`;
  link.style.height = `${(height / paper.height) * 100}%`;
  return link;
}

function setSize(element: HTMLElement, { width, height }: Size): void {
  element.style.width = `${width}px`;
  element.style.height = `${height}px`;
}

function clamp(part: number): number {
  return Math.min(1, Math.max(0, part));
}
