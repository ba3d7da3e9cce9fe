/** A PDF on the stage: pages drawn by the library, turned or scrolled, with their words, links and marks. */
import type { Abilities, Box, Chapter, Decoration, Direction, Locator, Look, Pages, PagesHost, Passage, Utterance } from "./pages.ts";
import { chapterAt, chaptersOf, type PdfManifest, pageNamed, startsOf } from "./pdf-chapters.ts";
import { HIGHEST } from "./pdf-column.ts";
import { fractionAt, LARGEST_ZOOM, nextTurn, nextZoom, pageAt, type Turn, usualSize } from "./pdf-geometry.ts";
import { type Hands, watchHands } from "./pdf-hands.ts";
import type { Layout, LayoutHost, View } from "./pdf-layout.ts";
import { spanOf } from "./pdf-marks.ts";
import { Paged } from "./pdf-paged.ts";
import { Scrolled } from "./pdf-scrolled.ts";
import type { Sheet } from "./pdf-sheet.ts";
import { PdfSource } from "./pdf-source.ts";
import { flowing, sentencesOf, wholeText } from "./pdf-words.ts";
import { Problem } from "./problems.ts";
import type { ReadingDesk } from "./reading-desk.ts";

export type { PdfManifest } from "./pdf-chapters.ts";

/** Longer books are only paged: no browser lays out so long a column. */
const LEAST_SCALE = 0.5;
const EXCERPT = 90;
const MOST_BACK = 50;

interface Place {
  page: number;
  at: number;
}

export class PdfPages implements Pages {
  readonly contents: readonly Chapter[];
  readonly pageList: readonly Chapter[] = [];
  readonly direction: Direction = "ltr";
  readonly abilities: Abilities;
  readonly #manifest: PdfManifest;
  readonly #stage: HTMLElement;
  readonly #host: PagesHost;
  readonly #source: PdfSource;
  readonly #starts: readonly number[];
  readonly #decorations = new Map<string, readonly Decoration[]>();
  readonly #closed = new AbortController();
  readonly #resized = new ResizeObserver(() => this.#layout?.fit());
  readonly #view: View = { zoom: 1, turn: 0, columns: "auto", slide: false };
  /** Places from which links were followed. */
  readonly #trail: Place[] = [];
  #flow: Look["flow"] = "pages";
  #layout: Layout | undefined;
  #selected = false;

  constructor(stage: HTMLElement, desk: ReadingDesk, manifest: PdfManifest, host: PagesHost, look: Look) {
    this.#stage = stage;
    this.#manifest = manifest;
    this.#host = host;
    this.#source = new PdfSource(desk);
    this.contents = chaptersOf(manifest.toc ?? []);
    this.#starts = startsOf(this.contents);
    const scrolls = usualSize(manifest.sizes).height * manifest.pages * LEAST_SCALE < HIGHEST;
    this.abilities = { flows: false, scrolls, pairs: true, rotates: true };
    this.wear(look);
  }

  async open(kept: Locator | undefined): Promise<void> {
    this.#stage.classList.add("stage-pdf");
    watchHands(this.#stage, this.#hands(), this.#closed.signal);
    if (typeof kept?.["zoom"] === "number") this.#view.zoom = Math.min(Math.max(kept["zoom"], 1), LARGEST_ZOOM);
    if ([90, 180, 270].includes(kept?.["turn"] as number)) this.#view.turn = kept?.["turn"] as Turn;
    this.#layout ??= this.#newLayout();
    await this.#show(placeOf(kept));
    this.#resized.observe(this.#stage);
  }

  async next(): Promise<void> {
    await this.#layout?.step(1);
  }

  async previous(): Promise<void> {
    await this.#layout?.step(-1);
  }

  async first(): Promise<void> {
    await this.#show({ page: 1, at: 0 });
  }

  async last(): Promise<void> {
    await this.#show({ page: this.#manifest.pages, at: 0 });
  }

  async go(target: string | number | Locator): Promise<void> {
    if (typeof target === "object") return this.#goTo(target);
    const page = typeof target === "number" ? target : pageNamed(target, this.#manifest.labels ?? []);
    if (page !== undefined) await this.#show({ page, at: 0 });
  }

  async goToFraction(fraction: number): Promise<void> {
    await this.#show({ page: pageAt(fraction, this.#manifest.pages), at: 0 });
  }

  /** The paper is the stylesheet's; there is no text to make larger. */
  wear({ flow, columns, slide }: Look): void {
    const wanted = this.abilities.scrolls ? flow : "pages";
    const changed = wanted !== this.#flow || columns !== this.#view.columns;
    Object.assign(this.#view, { columns, slide });
    if (wanted === this.#flow) {
      if (changed) this.#layout?.fit();
      return;
    }
    this.#flow = wanted;
    if (!this.#layout) return;
    const place = { page: this.#layout.page, at: 0 };
    this.#layout.close();
    this.#layout = this.#newLayout();
    void this.#show(place);
  }

  zoom(step: -1 | 0 | 1): void {
    const box = this.#stage.getBoundingClientRect();
    this.#zoomTo(nextZoom(this.#view.zoom, step), box.left + box.width / 2, box.top + box.height / 2);
    this.#tell();
  }

  rotate(): void {
    this.#view.turn = nextTurn(this.#view.turn);
    this.#layout?.fit();
    this.#tell();
  }

  back(): void {
    const place = this.#trail.pop();
    if (place) void this.#show(place);
  }

  shows(locator: Locator): boolean {
    const layout = this.#layout;
    const { page } = placeOf(locator);
    if (!layout?.pages.includes(page)) return false;
    const box = this.#boxOf(locator);
    if (!box) return true;
    const stage = this.#stage.getBoundingClientRect();
    return box.bottom > stage.top && box.top < stage.bottom && box.right > stage.left && box.left < stage.right;
  }

  decorate(kind: "marks" | "hits" | "spoken", decorations: readonly Decoration[]): void {
    this.#decorations.set(kind, decorations);
    for (const sheet of this.#layout?.sheets.all() ?? []) sheet.decorate();
  }

  selection(): Passage | undefined {
    const { found, range } = this.#selectedSheet();
    const span = range && found?.words?.spanOf(range);
    if (!found?.words || !span) return undefined;
    const text = wholeText(found.words.text.lines).slice(span.start, span.end);
    return { locator: { page: found.page, ...span }, text: flowing(text), fraction: fractionAt(found.page, this.#manifest.pages) };
  }

  deselect(): void {
    getSelection()?.removeAllRanges();
  }

  async *spoken(from?: Locator): AsyncIterable<Utterance> {
    const begin = from ? placeOf(from).page : (this.#layout?.page ?? 1);
    const after = typeof from?.["start"] === "number" ? from["start"] : 0;
    const language = this.#manifest.metadata.language ?? "";
    for (let page = begin; page <= this.#manifest.pages && !this.#closed.signal.aborted; page++) {
      const text = await this.#source.text(page).catch(() => undefined);
      for (const { start, end, text: words } of sentencesOf(text?.lines ?? [], language)) {
        if (page === begin && end <= after) continue;
        yield { locator: { page, start, end }, text: words, fraction: fractionAt(page, this.#manifest.pages), language };
      }
    }
  }

  close(): void {
    this.#closed.abort();
    this.#resized.disconnect();
    this.#layout?.close();
    this.#layout = undefined;
    this.#source.forget();
    this.#decorations.clear();
    this.#stage.replaceChildren();
  }

  #newLayout(): Layout {
    const host: LayoutHost = {
      stage: this.#stage,
      sizes: this.#manifest.sizes,
      count: this.#manifest.pages,
      view: this.#view,
      source: this.#source,
      label: (page) => this.#label(page),
      decorations: (page) => this.#drawnOn(page),
      refusal: (refused) => (refused instanceof Problem && refused.title ? refused.title : this.#host.partMissing()),
      textCame: (page) => page === this.#layout?.page && this.#tell(),
      shown: () => this.#tell(),
      busy: (yes) => this.#host.busy(yes),
    };
    return this.#flow === "scroll" ? new Scrolled(host) : new Paged(host);
  }

  async #show({ page, at }: Place): Promise<void> {
    await this.#layout?.show(page, at);
  }

  async #goTo(locator: Locator): Promise<void> {
    const place = placeOf(locator);
    await this.#show(place);
    if (!spanOf(locator)) return;
    await this.#source.text(place.page).catch(() => undefined);
    const box = this.#boxOf(locator);
    if (!box || this.shows(locator)) return;
    const stage = this.#stage.getBoundingClientRect();
    this.#stage.scrollBy(box.left - stage.left - stage.width / 3, box.top - stage.top - stage.height / 3);
  }

  /** Where a passage stands in the window, if its page is there. */
  #boxOf(locator: Locator): DOMRect | undefined {
    const span = spanOf(locator);
    const sheet = this.#layout?.sheets.find(placeOf(locator).page);
    return span && sheet?.element.isConnected ? sheet.rectOf(span) : undefined;
  }

  #zoomTo(zoom: number, x: number, y: number): void {
    const layout = this.#layout;
    if (!layout || zoom === this.#view.zoom) return;
    const sheet = layout.sheets.of(document.elementFromPoint(x, y)) ?? layout.sheets.find(layout.page);
    const before = sheet?.element.getBoundingClientRect();
    this.#view.zoom = zoom;
    layout.fit();
    const now = sheet?.element.getBoundingClientRect();
    if (!before || !now?.width) return;
    // The point under the hand stays under it.
    const [across, down] = [(x - before.left) / before.width, (y - before.top) / before.height];
    this.#stage.scrollBy(now.left + across * now.width - x, now.top + down * now.height - y);
  }

  #drawnOn(page: number): Decoration[] {
    return [...this.#decorations.values()].flat().filter(({ locator }) => locator["page"] === page);
  }

  #selectedSheet(): { found?: Sheet | undefined; range?: Range } {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return {};
    const range = selection.getRangeAt(0);
    const within = (sheet: Sheet) => sheet.element.isConnected && range.intersectsNode(sheet.element);
    const sheets = (this.#layout?.sheets.all() ?? []).filter(within).sort((one, other) => one.page - other.page);
    // Of a selection over several pages, the first is taken.
    return { found: sheets.find((sheet) => sheet.words?.spanOf(range)), range };
  }

  #tell(): void {
    const layout = this.#layout;
    if (!layout?.pages.length) return;
    const { pages: count } = this.#manifest;
    const { page, at } = layout;
    const last = Math.max(page, ...layout.pages);
    const { start, left } = chapterAt(this.#starts, page, count);
    this.#host.moved({
      locator: { page, zoom: this.#view.zoom, ...(at > 0 && { at }), ...(this.#view.turn && { turn: this.#view.turn }) },
      fraction: fractionAt(page, count),
      chapter: start,
      page: { label: this.#label(page), number: page, count },
      ...(this.#starts.length && { left: { pages: Math.max(0, left - (this.#flow === "pages" ? last - page : 0)) } }),
      excerpt: flowing(wholeText(layout.sheets.find(page)?.words?.text.lines.slice(0, 6) ?? [])).slice(0, EXCERPT),
    });
  }

  #label(page: number): string {
    return this.#manifest.labels?.[page - 1] || String(page);
  }

  #hands(): Hands {
    return {
      tapped: (event) => this.#tapped(event),
      wordWanted: ({ target, clientX, clientY }) => this.#layout?.sheets.of(target as Node)?.words?.chooseWord(clientX, clientY),
      followed: (link) => void this.#follow(link),
      pointed: (top) => this.#host.pointed(top),
      swiped: (towards) => {
        if (this.#stage.scrollWidth <= this.#stage.clientWidth + 1 && this.#flow === "pages") this.#host.swiped(towards);
      },
      pinched: (factor, x, y) => this.#zoomTo(Math.min(Math.max(this.#view.zoom * factor, 1), LARGEST_ZOOM), x, y),
      pinchOver: () => this.#tell(),
      selectionSettled: () => this.#tellSelection(),
      copying: (event) => {
        const { found, range } = this.#selectedSheet();
        if (found && range) this.#host.copying(event, this.#textOf(range));
      },
    };
  }

  #textOf(range: Range): string {
    const sheets = (this.#layout?.sheets.all() ?? []).filter(({ element }) => element.isConnected).sort((one, other) => one.page - other.page);
    return sheets.flatMap(({ words }) => {
      const span = words?.spanOf(range);
      return words && span ? [wholeText(words.text.lines).slice(span.start, span.end)] : [];
    }).join("\n");
  }

  #tapped(event: MouseEvent): void {
    const { clientX, clientY, target } = event;
    const mark = this.#layout?.sheets.of(target as Node)?.markAt(clientX, clientY);
    if (mark) return this.#host.markTapped(mark.id, mark.box);
    const box = this.#stage.getBoundingClientRect();
    this.#host.tapped((clientX - box.left) / box.width);
  }

  async #follow(link: HTMLAnchorElement): Promise<void> {
    const page = Number(link.dataset["page"]);
    if (!page) return this.#host.external(link.href);
    const { page: here = 1, at = 0 } = this.#layout ?? {};
    this.#trail.push({ page: here, at });
    if (this.#trail.length > MOST_BACK) this.#trail.shift();
    await this.#show({ page, at: 0 });
    this.#host.jumped();
  }

  #tellSelection(): void {
    const passage = this.selection();
    const { range } = this.#selectedSheet();
    if (passage && range) this.#host.selected({ passage, box: boxOf(range) });
    else if (this.#selected) this.#host.selected(undefined);
    this.#selected = Boolean(passage);
  }
}

function placeOf(locator: Locator | undefined): Place {
  const { page, at } = locator ?? {};
  return { page: typeof page === "number" ? page : 1, at: typeof at === "number" ? Math.min(Math.max(at, 0), 1) : 0 };
}

function boxOf(range: Range): Box {
  const { left, top, width, height } = range.getBoundingClientRect();
  return { left, top, width, height };
}
