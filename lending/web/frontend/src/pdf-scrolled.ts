/** A PDF as one long column. Only the pages near the window are alive, however many there are. */
import { Column } from "./pdf-column.ts";
import { framed, type Layout, type LayoutHost, roomOf, Sheets, windowOf } from "./pdf-layout.ts";

/** As wide as a page becomes by itself, CSS pixels; larger is what the zoom is for. */
const WIDEST = 900;
/** A window's height above and below in which pages are kept alive. */
const MARGIN = 1;
/** Where in the window the page is looked for that is being read. */
const EYE = 0.35;
const SETTLED = 130;
const STEP = 0.9;

export class Scrolled implements Layout {
  readonly sheets: Sheets;
  readonly #host: LayoutHost;
  readonly #run = document.createElement("div");
  readonly #scrolled: () => void;
  #column: Column;
  #page = 1;
  #last = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(host: LayoutHost) {
    this.#host = host;
    this.sheets = new Sheets(host);
    this.#run.className = "scroll-run";
    this.#column = this.#measured();
    this.#scrolled = framed(() => this.#update());
    host.stage.classList.add("stage-scrolled");
    host.stage.replaceChildren(this.#run);
    host.stage.addEventListener("scroll", this.#scrolled, { passive: true });
  }

  get page(): number {
    return this.#page;
  }

  get pages(): readonly number[] {
    const [first, last] = this.#column.between(this.#top, this.#top + this.#host.stage.clientHeight - 1);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  }

  get at(): number {
    const within = this.#top - this.#column.top(this.#page);
    return Math.round((within / this.#column.shownSize(this.#page).height) * 1000) / 1000;
  }

  async show(wanted: number, at = 0): Promise<void> {
    const page = Math.min(Math.max(Math.round(wanted), 1), this.#host.count);
    this.#scrollTo(this.#column.top(page) + at * this.#column.shownSize(page).height);
    this.#last = this.#top;
    this.#update();
    this.#page = page;
    this.#host.shown();
    await this.sheets.get(page).load();
  }

  async step(way: -1 | 1): Promise<void> {
    const { stage } = this.#host;
    const smooth = this.#host.view.slide && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    stage.scrollBy({ top: way * STEP * stage.clientHeight, behavior: smooth ? "smooth" : "instant" });
  }

  fit(): void {
    const [page, at] = [this.#page, this.at];
    this.#column = this.#measured();
    this.#scrollTo(this.#column.top(page) + at * this.#column.shownSize(page).height);
    this.#last = this.#top;
    this.#update();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#host.stage.removeEventListener("scroll", this.#scrolled);
    this.#host.stage.classList.remove("stage-scrolled");
    this.sheets.keepOnly(new Set());
    this.#run.remove();
  }

  get #top(): number {
    return this.#host.stage.scrollTop;
  }

  #measured(): Column {
    const { stage, sizes, count, view } = this.#host;
    const column = new Column(sizes, count, Math.min(roomOf(stage).width, WIDEST) * view.zoom, view.turn);
    this.#run.style.height = `${column.height}px`;
    this.#run.style.width = `${Math.max(column.width, 1)}px`;
    stage.classList.toggle("stage-zoomed", view.zoom > 1);
    return column;
  }

  #scrollTo(top: number): void {
    this.#host.stage.scrollTop = Math.max(0, top);
  }

  #update(): void {
    if (this.#closed) return;
    const { stage } = this.#host;
    const high = stage.clientHeight;
    const [first, last] = this.#column.between(this.#top - MARGIN * high, this.#top + (1 + MARGIN) * high);
    const near = new Set<number>();
    for (let page = first; page <= last; page++) near.add(page);
    this.sheets.keepOnly(near);
    for (const page of near) this.#place(page);
    this.#page = this.#column.pageAt(this.#top + EYE * high);
    const flying = Math.abs(this.#top - this.#last) > 1.5 * high;
    this.#last = this.#top;
    clearTimeout(this.#timer);
    // Who drags the bar through a thousand pages wants the one where they stop.
    if (flying) this.#timer = setTimeout(() => this.#load(near), SETTLED);
    else this.#load(near);
    this.#host.shown();
  }

  #place(page: number): void {
    const sheet = this.sheets.get(page);
    sheet.measure(this.#column.sizeOf(page), this.#host.view.turn);
    sheet.element.style.top = `${this.#column.top(page)}px`;
    sheet.element.style.left = `${(this.#column.width - this.#column.shownSize(page).width) / 2}px`;
    if (sheet.element.isConnected) return;
    // In the order of the book, for those who read by ear and by key.
    const after = [...this.#run.children].find((other) => Number((other as HTMLElement).dataset["page"]) > page);
    this.#run.insertBefore(sheet.element, after ?? null);
    sheet.decorate();
  }

  #load(near: ReadonlySet<number>): void {
    const window = windowOf(this.#host.stage);
    const seen = new Set(this.pages);
    for (const page of [...seen, ...near]) {
      const sheet = this.sheets.find(page);
      void sheet?.load();
      if (seen.has(page)) sheet?.seen(window);
      else sheet?.unseen();
    }
  }
}
