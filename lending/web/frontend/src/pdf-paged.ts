/** A PDF page by page, or two side by side. The next ones wait, decoded, to be shown in the frame of the turn. */
import { fitOf, hasRoomForTwo, sizeOf, spreadOf, turned, usualSize } from "./pdf-geometry.ts";
import { framed, type Layout, type LayoutHost, roomOf, Sheets, windowOf } from "./pdf-layout.ts";

/** Turns ahead and behind for which all is ready. */
const AHEAD = 2;
const BEHIND = 1;
/** A page that has not come by then is shown as white paper, so that a turn is seen to have happened. */
const PATIENCE = 700;
const BUSY_AFTER = 250;
/** The first page has the network to itself until somebody can have looked at it. */
const FIRST_ALONE = 1500;
const SLIDE = { duration: 180, easing: "ease-out" };

export class Paged implements Layout {
  readonly sheets: Sheets;
  readonly #host: LayoutHost;
  readonly #spread = document.createElement("div");
  readonly #look: () => void;
  #page = 0;
  #pages: readonly number[] = [];
  #shown = 0;
  #closed = false;

  constructor(host: LayoutHost) {
    this.#host = host;
    this.sheets = new Sheets(host);
    this.#spread.className = "spread";
    this.#look = framed(() => this.#lookAround());
    host.stage.replaceChildren(this.#spread);
    host.stage.addEventListener("scroll", this.#look, { passive: true });
  }

  get page(): number {
    return this.#page;
  }

  get pages(): readonly number[] {
    return this.#pages;
  }

  get at(): number {
    const { stage } = this.#host;
    return stage.scrollHeight > stage.clientHeight ? stage.scrollTop / stage.scrollHeight : 0;
  }

  async show(wanted: number, at = 0): Promise<void> {
    const page = Math.min(Math.max(Math.round(wanted), 1), this.#host.count);
    const before = this.#page;
    const pages = this.#spreadOf(page);
    this.#page = page;
    this.#pages = pages;
    if (before && pages[0] === this.#shown) return this.#host.shown();
    this.sheets.keepOnly(new Set([...this.#around(), ...this.#spreadOf(this.#shown || page)]));
    this.#measure(pages);
    const sheets = pages.map((each) => this.sheets.get(each));
    const loading = Promise.all(sheets.map((sheet) => sheet.load()));
    if (!sheets.every(({ ready }) => ready)) await this.#patiently(loading);
    // Somebody who turns fast is two pages on by now: what came late is not shown.
    if (this.#closed || this.#host.source.over || pages[0] !== this.#pages[0]) return;
    this.#put(pages, at, Math.sign(page - before));
    await loading;
    const goOn = () => !this.#closed && pages[0] === this.#pages[0] && this.#prepare();
    if (before) goOn();
    else setTimeout(goOn, FIRST_ALONE);
  }

  async step(way: -1 | 1): Promise<void> {
    const next = way === 1 ? Math.max(...this.#pages) + 1 : Math.min(...this.#pages) - 1;
    if (next < 1 || next > this.#host.count) return;
    await this.show(way === 1 ? next : Math.min(...this.#spreadOf(next)));
  }

  fit(): void {
    if (!this.#page) return;
    const pages = this.#spreadOf(this.#page);
    this.#measure(pages);
    if (pages.join() !== this.#pages.join()) {
      this.#pages = pages;
      this.#put(pages, 0, 0);
    }
    for (const page of pages) void this.sheets.get(page).load();
    this.#prepare();
    this.#look();
  }

  close(): void {
    this.#closed = true;
    this.#host.stage.removeEventListener("scroll", this.#look);
    this.sheets.keepOnly(new Set());
    this.#spread.remove();
  }

  async #patiently(loading: Promise<unknown>): Promise<void> {
    const busy = setTimeout(() => this.#host.busy(true), BUSY_AFTER);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enough = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE)));
    const over = () => {
      clearTimeout(busy);
      clearTimeout(timer);
    };
    void loading.then(() => {
      over();
      this.#host.busy(false);
    });
    await Promise.race([loading, enough]);
  }

  #put(pages: readonly number[], at: number, way: number): void {
    const { stage, view } = this.#host;
    for (const sheet of this.sheets.all()) sheet.unseen();
    this.#spread.replaceChildren(...pages.map((page) => this.sheets.get(page).element));
    this.#shown = pages[0] ?? 0;
    for (const page of pages) this.sheets.get(page).decorate();
    stage.scrollTo(0, at * stage.scrollHeight);
    if (view.slide && way && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.#spread.animate([{ transform: `translateX(${way * 3}rem)`, opacity: 0.3 }, {}], SLIDE);
    }
    this.#host.shown();
    this.#look();
  }

  /** The pages around are asked for when the one that is read is there. */
  #prepare(): void {
    const near = this.#around();
    this.sheets.keepOnly(near);
    for (const page of near) {
      if (this.#pages.includes(page)) continue;
      this.#measure(this.#spreadOf(page));
      void this.sheets.get(page).load();
    }
  }

  /** The pages of this turn and of the next ones, in the order in which they are likely to be read. */
  #around(): Set<number> {
    const near = new Set(this.#pages);
    for (let turn = 1; turn <= Math.max(AHEAD, BEHIND); turn++) {
      if (turn <= AHEAD) for (const page of this.#turnsAway(turn)) near.add(page);
      if (turn <= BEHIND) for (const page of this.#turnsAway(-turn)) near.add(page);
    }
    return near;
  }

  #turnsAway(turns: number): number[] {
    const each = this.#paired() ? 2 : 1;
    const page = (turns > 0 ? Math.max(...this.#pages) : Math.min(...this.#pages)) + turns * each - Math.sign(turns) * (each - 1);
    return page < 1 || page > this.#host.count ? [] : this.#spreadOf(page);
  }

  #paired(): boolean {
    const { columns, turn } = this.#host.view;
    if (columns !== "auto") return columns === "two";
    return hasRoomForTwo(turned(usualSize(this.#host.sizes), turn), roomOf(this.#host.stage));
  }

  #spreadOf(page: number): number[] {
    return spreadOf(page, this.#host.count, this.#paired());
  }

  #measure(pages: readonly number[]): void {
    const { sizes, stage, view } = this.#host;
    const own = pages.map((page) => sizeOf(sizes, page));
    const fit = fitOf(own.map((size) => turned(size, view.turn)), roomOf(stage));
    // The smallest part of a pixel less, or rounding makes the stage scroll.
    const scale = fit * view.zoom * 0.9995;
    own.forEach(({ width, height }, index) => {
      this.sheets.get(pages[index] ?? 1).measure({ width: width * scale, height: height * scale }, view.turn);
    });
    stage.classList.toggle("stage-zoomed", view.zoom > 1);
  }

  #lookAround(): void {
    if (this.#closed) return;
    const window = windowOf(this.#host.stage);
    for (const page of this.#pages) this.sheets.find(page)?.seen(window);
  }
}
