/** An EPUB on the stage: foliate-js lays it out, this turns its events into the reader's. */
import type { Progress } from "foliate-js/view.js";
import { ChapterEnds } from "./chapter-ends.ts";
import { chaptersOf, directionOf, type EpubManifest, type FoliateBook, isFixedLayout, type PartSource, toFoliateBook } from "./epub-adapter.ts";
import { Destinations } from "./epub-destinations.ts";
import { type Hands, rangeOf, watchHands } from "./epub-hands.ts";
import { type Kind, Marks } from "./epub-marks.ts";
import { mendBody } from "./epub-mending.ts";
import { makeNarration } from "./epub-narrated.ts";
import type { BookNarration } from "./epub-narration.ts";
import { noteBehind } from "./epub-note.ts";
import { passageOf, utterances, whereabouts } from "./epub-passages.ts";
import { Scrolling } from "./epub-scrolling.ts";
import type { BookView, Page, ViewEvents, Way } from "./epub-view.ts";
import { BookViews } from "./epub-views.ts";
import { Wardrobe } from "./epub-wardrobe.ts";
import { FramePatience } from "./frame-patience.ts";
import { listenForSwipes } from "./gestures.ts";
import { fetchedAhead, Openings } from "./openings.ts";
import type { Abilities, Chapter, Decoration, Direction, Locator, Look, Pages, PagesHost, Passage, Utterance } from "./pages.ts";
import { parseProblem, waitOf } from "./problems.ts";
import type { ReadingDesk } from "./reading-desk.ts";
import { Turns } from "./turns.ts";

/** Stands in for a part that the server won't show in a frame. */
const BLANK = "about:blank";

export interface Place {
  index: number;
  anchor: unknown;
}

export class EpubPages implements Pages {
  readonly contents: readonly Chapter[];
  readonly pageList: readonly Chapter[];
  readonly direction: Direction;
  readonly abilities: Abilities;
  readonly narration?: BookNarration;
  zoom?: (step: -1 | 0 | 1) => void;
  readonly #manifest: EpubManifest;
  readonly #fixed: boolean;
  readonly #stage: HTMLElement;
  readonly #desk: ReadingDesk;
  readonly #host: PagesHost;
  /** Knows places and addresses; what is shown has books of its own. */
  readonly #book: FoliateBook;
  readonly #destinations: Destinations;
  readonly #views: BookViews;
  readonly #marks: Marks;
  readonly #openings = new Openings((index) => void this.#opened(index));
  readonly #ends: ChapterEnds;
  readonly #scrolling: Scrolling;
  readonly #wardrobe: Wardrobe;
  readonly #patience = new FramePatience(() => void this.#beginAgain());
  #turns = new Turns();
  /** Sections whose frame failed though the library answers: they are damaged. */
  readonly #broken = new Set<number>();
  /** Where the reader is being led: where to begin again when a frame fails. */
  #heading: Place = { index: 0, anchor: 0 };
  #here: string | undefined;

  constructor(stage: HTMLElement, desk: ReadingDesk, manifest: EpubManifest, host: PagesHost, look: Look) {
    this.#stage = stage;
    this.#desk = desk;
    this.#manifest = manifest;
    this.#host = host;
    this.#fixed = isFixedLayout(manifest);
    this.contents = chaptersOf(manifest.toc ?? []);
    this.pageList = chaptersOf(manifest.pageList ?? []);
    this.direction = directionOf(manifest);
    this.abilities = { flows: !this.#fixed, scrolls: !this.#fixed, pairs: manifest.rendition?.spread !== "none" || !this.#fixed, rotates: false };
    this.#book = toFoliateBook(manifest, this.#source());
    this.#wardrobe = new Wardrobe(stage, this.#fixed, look, () => this.#views.current?.ready && this.#dressAll());
    this.#destinations = new Destinations(this.#book, this.pageList);
    this.#marks = new Marks((locator) => this.#destinations.of(locator));
    this.#views = new BookViews(stage, this.#events(), (view) => this.#openBook(view));
    this.#ends = new ChapterEnds(stage, (way) => void this.#turn(way));
    this.#scrolling = new Scrolling(stage, () => this.#views.current, this.#ends);
    if (this.#fixed) this.zoom = (step) => this.#zoomFixed(step);
    const narration = makeNarration(stage, this.#manifest, this.#book, desk, { view: () => this.#views.current, show: (place) => this.#lead(place), marks: this.#marks, draw: () => this.#draw() });
    if (narration) this.narration = narration;
  }

  async open(kept: Locator | undefined): Promise<void> {
    const first = Math.max(0, this.#book.sections.findIndex(({ linear }) => linear !== "no"));
    await this.#openAt((kept && this.#destinations.of(kept)) ?? { index: first, anchor: 0 });
  }

  async next(): Promise<void> {
    await this.#turn(1);
  }

  async previous(): Promise<void> {
    await this.#turn(-1);
  }

  async first(): Promise<void> {
    await this.goToFraction(0);
  }

  async last(): Promise<void> {
    await this.goToFraction(1);
  }

  async go(target: string | number | Locator): Promise<void> {
    const place = typeof target === "object" ? this.#destinations.of(target) : this.#destinations.named(String(target));
    if (!place) return;
    await this.#lead(place);
    void this.narration?.leftPage();
  }

  async goToFraction(fraction: number): Promise<void> {
    const place = this.#views.current?.element.resolveNavigation({ fraction });
    if (place) await this.#lead(place);
    void this.narration?.leftPage();
  }

  wear(look: Look): void {
    const before = this.#wardrobe.look;
    this.#wardrobe.look = look;
    if (this.#fixed && (before.columns === "one") !== (look.columns === "one") && this.#views.current) void this.#openAt(this.#place());
    else this.#dressAll();
  }

  back(): void {
    const place = this.#destinations.back();
    if (place) void this.#lead(place);
  }

  shows(locator: Locator): boolean {
    const view = this.#views.current;
    const place = this.#destinations.of(locator);
    const page = view?.ready && place ? view.pages().find(({ index }) => index === place.index) : undefined;
    if (!view || !place || !page) return false;
    const anchor = place.anchor(page.doc);
    return typeof anchor === "number" ? view.fixed || view.atEdge(-1) : view.sees(anchor, page.doc);
  }

  decorate(kind: Kind, decorations: readonly Decoration[]): void {
    this.#marks.want(kind, decorations);
    this.#draw();
  }

  selection(): Passage | undefined {
    const view = this.#views.current;
    for (const page of view?.pages() ?? []) {
      const range = rangeOf(page.doc);
      if (view && range) return passageOf(view, page, range);
    }
    return undefined;
  }

  deselect(): void {
    for (const { doc } of this.#views.current?.pages() ?? []) doc.getSelection()?.removeAllRanges();
  }

  async *spoken(from?: Locator): AsyncIterable<Utterance> {
    const view = this.#views.current;
    if (!view) return;
    const place = (from && this.#destinations.of(from)) ?? this.#place();
    yield* utterances(view, place, (index) => this.#views.documentOf(index));
  }

  close(): void {
    this.#patience.calm();
    this.#wardrobe.close();
    this.narration?.close();
    this.#views.close();
    this.#ends.remove();
    this.#scrolling.close();
  }

  // Ways through the book

  async #turn(way: Way): Promise<void> {
    await this.#turns.after(async () => {
      const view = this.#views.current;
      if (!view) return;
      // Pages slide for one turn; hands that turn many at once want to get on.
      const slide = this.#wardrobe.slides && this.#turns.waiting <= 1;
      if (!view.atEdge(way)) return view.step(way, slide);
      const index = view.neighbour(way);
      if (index !== undefined) await this.#show({ index, anchor: way > 0 ? 0 : 1 }, slide ? way : undefined);
    });
    void this.narration?.leftPage();
  }

  async #lead(place: Place): Promise<void> {
    await this.#turns.after(() => this.#show(place));
  }

  async #show(place: Place, slide?: Way): Promise<void> {
    const { current } = this.#views;
    if (!current) return;
    this.#heading = place;
    const prepared = current.holds(place.index) ? undefined : this.#views.find(place.index);
    if (prepared) await this.#take(prepared, place, slide);
    else await current.show(place.index, place.anchor);
    if (this.#fixed && this.#views.current) this.#moved(this.#views.current);
  }

  /** A view that was made ready ahead comes to the front; one that is still on its way is waited for in the open. */
  async #take(view: BookView, { index, anchor }: Place, slide?: Way): Promise<void> {
    this.#views.take(view);
    if (slide) view.slideIn((slide > 0) === (this.direction === "ltr") ? "right" : "left");
    if (!view.ready) {
      this.#host.busy(true);
      this.#patience.await();
      await view.shown;
    }
    if (this.#fixed) await view.show(index, anchor);
    else await view.place(anchor);
    this.#draw();
  }

  async #openAt(place: Place): Promise<void> {
    // A turn that never ended was the old view's.
    this.#turns = new Turns();
    this.#heading = place;
    const view = await this.#views.begin();
    await this.#turns.after(() => view.show(place.index, place.anchor));
    if (this.#fixed) this.#moved(view);
  }

  /** The part is asked for as data first, which waits for the network, and tells a refusal from a lost connection. */
  async #beginAgain(): Promise<void> {
    const place = this.#heading;
    const href = this.#manifest.sections[place.index]?.href ?? "";
    await this.#desk.get(href).catch(() => this.#broken.add(place.index));
    if (!this.#desk.over) await this.#openAt(place);
  }

  #place(): Place {
    return this.#here ? this.#book.resolveCFI(this.#here) : this.#heading;
  }

  // Views and what they tell

  async #openBook(view: BookView): Promise<void> {
    const spread = this.#fixed && this.#wardrobe.look.columns === "one" ? { ...this.#manifest.rendition, spread: "none" } : this.#manifest.rendition;
    const manifest = spread ? { ...this.#manifest, rendition: spread } : this.#manifest;
    await view.open(toFoliateBook(manifest, this.#source(view)));
    this.#wardrobe.dress(view);
    if (this.#fixed) this.#wardrobe.zoom.apply(view);
  }

  #source(view?: BookView): PartSource {
    return {
      url: (path) => this.#desk.url(path),
      beforeLoad: async (index) => {
        const onStage = view && view === this.#views.current;
        if (onStage) await this.#beforeFrame(view, index);
        else await this.#desk.ready();
        if (this.#broken.has(index)) return BLANK;
        return onStage ? undefined : fetchedAhead(this.#desk.url(this.#manifest.sections[index]?.href ?? ""));
      },
      document: async (path) => {
        const response = await this.#desk.get(path);
        return new DOMParser().parseFromString(await response.text(), "application/xhtml+xml");
      },
    };
  }

  async #beforeFrame(view: BookView, index: number): Promise<void> {
    // A finger drew the page beyond the section's end, and foliate wants to load the next one into the same view.
    const prepared = view.ready && !view.fixed && index !== view.section ? this.#views.find(index) : undefined;
    if (prepared?.ready && !this.selection()) {
      void this.#turns.after(() => this.#take(prepared, { index, anchor: index > view.section ? 0 : 1 }));
      await new Promise(() => {});
    }
    this.#heading = index === this.#heading.index ? this.#heading : { index, anchor: 0 };
    if (!view.fixed) view.expect(index);
    this.#host.busy(true);
    await this.#desk.ready();
    this.#patience.await();
  }

  #events(): ViewEvents {
    return {
      loaded: (view, page) => this.#loaded(view, page),
      moved: (view, progress) => view === this.#views.current && this.#moved(view, progress),
      scrolled: (view) => view === this.#views.current && this.#ends.look(view),
      link: (view, link, href) => void this.#followed(view, link, href),
      external: (_, href) => this.#host.external(href),
    };
  }

  #moved(view: BookView, progress?: Progress): void {
    const where = whereabouts(view, progress);
    if (!where) return;
    this.#here = where.locator.cfi;
    this.#openings.look(view.pages());
    this.#host.moved(where);
    this.#ends.look(view);
    this.#views.prepareSoon();
  }

  /** A count that is lost is lost: nobody waits for it. */
  async #opened(index: number): Promise<void> {
    const href = this.#manifest.sections[index]?.href.replace(/^(?:r|wrapped)\//, "") ?? "";
    if (!this.#desk.over) await this.#desk.send("POST", `opened/${href}`, undefined, true).catch(() => undefined);
  }

  #loaded(view: BookView, page: Page): void {
    const { doc } = page;
    const current = view === this.#views.current;
    if (current) {
      this.#patience.calm();
      this.#host.busy(false);
    }
    mendBody(doc);
    view.vertical = getComputedStyle(doc.body).writingMode.startsWith("vertical");
    this.#wardrobe.dressPage(view, doc);
    if (this.#fixed) listenForSwipes(doc, (towards) => !this.#wardrobe.zoom.zoomed && this.#host.swiped(towards));
    watchHands(page, this.#hands());
    this.#readRefusal(doc, current);
    if (current) requestAnimationFrame(() => this.#draw());
  }

  #hands(): Hands {
    return {
      key: (event) => {
        this.#scrolling.pressed(event);
        if (!event.defaultPrevented) this.#host.key(event);
      },
      pointed: (top) => this.#host.pointed(top),
      copying: (event, text) => this.#host.copying(event, text),
      wheeled: this.#scrolling.wheeled,
      tapped: ({ doc }, at, x, y) => {
        const view = this.#views.current;
        const mark = this.#marks.at(doc, x, y);
        if (mark && view) this.#host.markTapped(mark.decoration.id, view.boxOf(mark.range, doc));
        else this.#host.tapped(at.left / this.#stage.clientWidth);
      },
      selected: (page, range) => {
        const view = this.#views.current;
        if (!view?.pages().some(({ doc }) => doc === page.doc)) return;
        this.#host.selected(range && { passage: passageOf(view, page, range), box: view.boxOf(range, page.doc) });
      },
    };
  }

  async #followed(view: BookView, link: Element, href: string): Promise<void> {
    const note = await noteBehind(view, link, href, (index) => this.#views.documentOf(index)).catch(() => undefined);
    if (note) return this.#host.note(note);
    const place = this.#destinations.named(href);
    if (!place) return;
    if (this.#here) this.#destinations.leave(this.#here);
    this.#host.jumped();
    await this.#lead(place);
  }

  /** A frame shows what the server says, a refusal too: then what was said decides what happens. */
  #readRefusal(doc: Document, current: boolean): void {
    if (doc.URL === BLANK) doc.body.textContent = this.#host.partMissing();
    if (!doc.contentType.endsWith("json")) return;
    // What was only made ready ahead is nobody's trouble yet. It is asked for again when it is needed.
    if (!current) return void setTimeout(() => this.#views.forgetOthers());
    const place = this.#heading;
    const refused = parseProblem(doc.body.textContent ?? "");
    doc.body.textContent = waitOf(refused) === undefined ? this.#host.partMissing() : "";
    void this.#desk
      .mayAskAgain(refused, this.#manifest.sections[place.index]?.href ?? "")
      .then((again) => (again ? this.#openAt(place) : undefined))
      .catch(() => undefined);
  }

  // How it looks

  #dressAll(): void {
    this.#views.forgetOthers();
    const view = this.#views.current;
    if (!view?.renderer) return;
    this.#wardrobe.dress(view);
    this.#draw();
    this.#ends.look(view);
    this.#views.prepareSoon();
  }

  #draw(): void {
    const view = this.#views.current;
    if (view?.ready) this.#marks.draw(view, this.#wardrobe.look.paper);
  }

  #zoomFixed(step: -1 | 0 | 1): void {
    const view = this.#views.current;
    if (!view) return;
    this.#wardrobe.zoom.step(step, view);
    this.#views.forgetOthers();
    this.#views.prepareSoon();
  }
}
