/** A PDF on the stage: one page's picture at a time, its text over it, its neighbours waiting in memory. */
import { fractionAt, nextZoom, pageAt, pictureWidth, shownWidth, sizeOf, type Size, type SizeRuns } from "./pdf-geometry.ts";
import { listenForSwipes } from "./gestures.ts";
import type { Chapter, Direction, Look, Pages, PagesHost } from "./pages.ts";
import { Problem } from "./problems.ts";
import type { ReadingDesk } from "./reading-desk.ts";
import { type PageText, textLayer } from "./text-layer.ts";

export interface PdfEntry {
  title?: string;
  label?: string;
  page: number | null;
  children?: PdfEntry[];
}

export interface PdfManifest {
  metadata: { title: string; language?: string | null };
  pages: number;
  sizes: SizeRuns;
  labels?: readonly string[] | null;
  toc?: PdfEntry[];
}

interface Leaf {
  width: number;
  picture: Promise<HTMLImageElement>;
  text: Promise<PageText | undefined>;
}

/** Pages before and after the shown one that are kept ready. */
const AHEAD = 2;
const BEHIND = 1;

export class PdfPages implements Pages {
  readonly contents: readonly Chapter[];
  readonly direction: Direction = "ltr";
  readonly #manifest: PdfManifest;
  readonly #stage: HTMLElement;
  readonly #desk: ReadingDesk;
  readonly #host: PagesHost;
  readonly #leaves = new Map<number, Leaf>();
  readonly #resized = new ResizeObserver(() => this.#fit());
  readonly #starts: readonly number[];
  #page = 1;
  #zoom = 1;
  #shown: HTMLElement | undefined;

  constructor(stage: HTMLElement, desk: ReadingDesk, manifest: PdfManifest, host: PagesHost) {
    this.#stage = stage;
    this.#desk = desk;
    this.#manifest = manifest;
    this.#host = host;
    this.contents = chaptersOf(manifest.toc ?? []);
    this.#starts = startsOf(this.contents).sort((a, b) => a - b);
  }

  async open(kept: Readonly<Record<string, unknown>> | undefined): Promise<void> {
    this.#stage.classList.add("stage-pdf");
    this.#stage.addEventListener("click", (event) => this.#clicked(event));
    listenForSwipes(this.#stage, (towards) => {
      if (this.#stage.scrollWidth <= this.#stage.clientWidth + 1) this.#host.swiped(towards);
    });
    this.#zoom = typeof kept?.["zoom"] === "number" ? kept["zoom"] : 1;
    await this.#turnTo(typeof kept?.["page"] === "number" ? kept["page"] : 1);
    this.#resized.observe(this.#stage);
  }

  async next(): Promise<void> {
    await this.#turnTo(this.#page + 1);
  }

  async previous(): Promise<void> {
    await this.#turnTo(this.#page - 1);
  }

  async first(): Promise<void> {
    await this.#turnTo(1);
  }

  async last(): Promise<void> {
    await this.#turnTo(this.#manifest.pages);
  }

  /** A number, or what the book itself calls the page ("xii"). */
  async go(target: string | number): Promise<void> {
    const labelled = (this.#manifest.labels ?? []).indexOf(String(target).trim()) + 1;
    const page = typeof target === "number" ? target : labelled || Number.parseInt(target, 10);
    if (Number.isFinite(page)) await this.#turnTo(page);
  }

  async goToFraction(fraction: number): Promise<void> {
    await this.#turnTo(pageAt(fraction, this.#manifest.pages));
  }

  /** Pictures take the theme from the stylesheet; there is no text to make larger. */
  wear(_look: Look): void {}

  zoom(step: -1 | 0 | 1): void {
    this.#zoom = nextZoom(this.#zoom, step);
    this.#fit();
    this.#tell();
  }

  close(): void {
    this.#resized.disconnect();
    this.#leaves.clear();
    this.#stage.replaceChildren();
  }

  async #turnTo(wanted: number): Promise<void> {
    const page = Math.min(Math.max(wanted, 1), this.#manifest.pages);
    if (page === this.#page && this.#shown) return;
    this.#page = page;
    await this.#show(page);
  }

  async #show(page: number): Promise<void> {
    const sheet = this.#sheet(page);
    const leaf = this.#leaf(page);
    const waiting = setTimeout(() => this.#host.busy(true), 250);
    try {
      sheet.append(await leaf.picture);
    } catch (refused) {
      sheet.append(this.#placeholder(refused));
    }
    clearTimeout(waiting);
    // Somebody who turns fast is two pages on by now: the sheet that came late is not shown.
    if (page !== this.#page || this.#desk.over) return;
    this.#host.busy(false);
    this.#shown = sheet;
    this.#stage.replaceChildren(sheet);
    this.#stage.scrollTo(0, 0);
    this.#tell();
    void leaf.text.then((text) => text && sheet.append(textLayer(text)));
    this.#keepNear(page);
  }

  #sheet(page: number): HTMLElement {
    const sheet = document.createElement("div");
    sheet.className = "sheet";
    sheet.setAttribute("role", "group");
    sheet.setAttribute("aria-label", this.#label(page));
    this.#measure(sheet, page);
    return sheet;
  }

  /** The size is set through the object model, which the page's policy allows; a style attribute it would not. */
  #measure(sheet: HTMLElement, page: number): void {
    const size = sizeOf(this.#manifest.sizes, page);
    const width = shownWidth(size, this.#room(), this.#zoom);
    sheet.style.width = `${width}px`;
    sheet.style.height = `${Math.round((width * size.height) / size.width)}px`;
  }

  #room(): Size {
    const { paddingInline, paddingBlock } = getComputedStyle(this.#stage);
    const [across, along] = [Number.parseFloat(paddingInline) || 0, Number.parseFloat(paddingBlock) || 0];
    return {
      width: Math.max(1, this.#stage.clientWidth - 2 * across),
      height: Math.max(1, this.#stage.clientHeight - 2 * along),
    };
  }

  #wantedWidth(page: number): number {
    const width = shownWidth(sizeOf(this.#manifest.sizes, page), this.#room(), this.#zoom);
    return pictureWidth(width, globalThis.devicePixelRatio || 1);
  }

  /** A page's picture and words, asked for once; again only when a sharper picture is needed. */
  #leaf(page: number): Leaf {
    const width = this.#wantedWidth(page);
    const kept = this.#leaves.get(page);
    if (kept && kept.width >= width) return kept;
    const leaf: Leaf = { width, picture: this.#picture(page, width), text: kept?.text ?? this.#text(page) };
    // A failure is shown where it happens; a page that failed is asked for anew the next time.
    leaf.picture.catch(() => this.#leaves.delete(page));
    this.#leaves.set(page, leaf);
    return leaf;
  }

  /** The image element itself is what is kept: its address is `no-store`, and blobs the page's policy forbids. */
  async #picture(page: number, width: number): Promise<HTMLImageElement> {
    const path = `pages/${page}?w=${width}`;
    const image = new Image();
    image.className = "page-picture";
    image.alt = "";
    image.draggable = false;
    image.src = this.#desk.url(path);
    await image.decode().catch(() => this.#retry(image, path));
    return image;
  }

  /** An image can't say why it failed: the same address is asked for as data, which waits or throws the reason. */
  async #retry(image: HTMLImageElement, path: string): Promise<void> {
    await this.#desk.get(path);
    image.src = this.#desk.url(path);
    await image.decode();
  }

  async #text(page: number): Promise<PageText | undefined> {
    return this.#desk.getJson<PageText>(`pages/${page}/text`).catch(() => undefined);
  }

  #keepNear(page: number): void {
    for (const near of this.#leaves.keys()) {
      if (near < page - BEHIND || near > page + AHEAD) this.#leaves.delete(near);
    }
    for (const near of [page + 1, page - 1, page + 2]) {
      if (near >= 1 && near <= this.#manifest.pages) this.#leaf(near);
    }
  }

  /** After a zoom or a turn of the device: the size at once, a sharper picture when it has come. */
  #fit(): void {
    const sheet = this.#shown;
    if (!sheet) return;
    const page = this.#page;
    this.#measure(sheet, page);
    this.#stage.classList.toggle("stage-zoomed", this.#zoom > 1);
    void this.#leaf(page)
      .picture.then((picture) => {
        if (this.#shown === sheet) sheet.querySelector(".page-picture")?.replaceWith(picture);
      })
      .catch(() => undefined);
  }

  #placeholder(refused: unknown): HTMLElement {
    const words = document.createElement("p");
    words.className = "page-missing";
    words.textContent = refused instanceof Problem && refused.title ? refused.title : this.#host.partMissing();
    return words;
  }

  #tell(): void {
    const { pages: count } = this.#manifest;
    this.#host.moved({
      locator: { page: this.#page, zoom: this.#zoom },
      fraction: fractionAt(this.#page, count),
      chapter: this.#starts.findLast((start) => start <= this.#page) ?? null,
      page: { label: this.#label(this.#page), number: this.#page, count },
    });
  }

  #label(page: number): string {
    return this.#manifest.labels?.[page - 1] || String(page);
  }

  #clicked(event: MouseEvent): void {
    if (getSelection()?.isCollapsed === false) return;
    const box = this.#stage.getBoundingClientRect();
    this.#host.tapped((event.clientX - box.left) / box.width);
  }
}

function chaptersOf(entries: readonly PdfEntry[]): Chapter[] {
  return entries.map(({ title, label, page, children }) => ({
    label: (title ?? label ?? "").trim() || "…",
    target: page,
    children: chaptersOf(children ?? []),
  }));
}

function startsOf(chapters: readonly Chapter[]): number[] {
  return chapters.flatMap(({ target, children }) => [...(typeof target === "number" ? [target] : []), ...startsOf(children)]);
}
