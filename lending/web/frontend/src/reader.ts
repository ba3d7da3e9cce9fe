/** The reading page: puts a loan's book on the stage and joins it to keys, taps, panels, marks, the clock and the desk. */
import { ContentsList } from "./contents-list.ts";
import { Controls } from "./controls.ts";
import { dialog, opens } from "./dialogs.ts";
import { showEnd } from "./end-page.ts";
import type { EpubManifest } from "./epub-adapter.ts";
import { wishOfSwipe, wishOfTap, type Wish } from "./gestures.ts";
import { JumpBack } from "./jump-back.ts";
import { Keyboard } from "./keyboard.ts";
import { type LoanExchange, loanExchange } from "./loan-exchange.ts";
import { MarksBook } from "./marks-book.ts";
import { sweep, sweepLoan } from "./outbox.ts";
import type { Locator, Pages, PagesHost, Whereabouts } from "./pages.ts";
import { Panels } from "./panels.ts";
import type { PdfManifest } from "./pdf-pages.ts";
import { deviceName, type KeptPlace, PositionKeeper } from "./position.ts";
import { learnNonce, Problem } from "./problems.ts";
import type { ReaderConfig } from "./reader-config.ts";
import { type LoanStatus, ReadingDesk } from "./reading-desk.ts";
import { ReadingSeat } from "./reading-seat.ts";
import { SeatSheet } from "./seat-sheet.ts";
import { SettingsKeeper } from "./settings-keeper.ts";
import type { Shell } from "./shell.ts";
import { Snack } from "./snack.ts";
import { pageData, part, say } from "./texts.ts";
import { Foot } from "./whereabouts.ts";

type Manifest = EpubManifest | PdfManifest;

class Reader implements Shell {
  readonly stage = part("stage");
  readonly say: Shell["say"] = (key, values = {}) => say(this.#config.texts, key, values);
  readonly #config = pageData<ReaderConfig>("reader-config");
  readonly #controls = new Controls(document.body, [part("reader-top"), part("reader-bottom")]);
  readonly #snack = new Snack();
  readonly #jump = new JumpBack();
  readonly #foot: Foot;
  readonly #desk: ReadingDesk;
  readonly #loan: LoanExchange;
  readonly #position: PositionKeeper;
  readonly #settings: SettingsKeeper;
  readonly #marks: MarksBook;
  readonly #panels: Panels;
  readonly #keyboard: Keyboard;
  readonly #seat: ReadingSeat;
  readonly #sheet = new SeatSheet(() => void this.#seat.take());
  #pages: Pages | undefined;
  #contents: ContentsList | undefined;
  #where: Whereabouts | undefined;

  constructor() {
    const { base, binding, due, loan, mine } = this.#config;
    this.#foot = new Foot(this, { due, mine });
    this.#desk = new ReadingDesk(base, binding, {
      ended: (because, to) => this.#end(because, to),
      reachable: (yes) => this.#tellTrouble(yes ? "" : "unreachable"),
      slowed: (yes) => this.#tellTrouble(yes ? "too-fast" : ""),
      asks: () => this.#seat.query,
      heard: (status, askedAt) => this.#heard(status, askedAt),
    });
    const device = deviceName();
    this.#loan = loanExchange(this.#desk, device);
    const { takeSeat: take, leaveSeat: leave } = this.#loan;
    this.#seat = new ReadingSeat({ loan, take, leave, changed: (elsewhere) => this.#readElsewhere(elsewhere) });
    this.#position = new PositionKeeper({ loan, device, send: this.#loan.sendPlace });
    this.#settings = new SettingsKeeper(this.#loan.settings);
    this.#marks = new MarksBook({ loan, due, send: this.#loan.marks });
    this.#panels = new Panels({ shell: this, config: this.#config, desk: this.#desk, keeper: this.#settings, marks: this.#marks, settle: () => this.#settle() });
    this.#keyboard = new Keyboard(this, this.#panels, this.#settings, (wish) => this.#fulfil(wish));
  }

  get pages(): Pages | undefined {
    return this.#pages;
  }

  async start(): Promise<void> {
    sweep(localStorage, Date.now());
    learnNonce(this.#config.nonce);
    this.#listen();
    this.#controls.show();
    this.#tellBusy(true);
    this.#desk.watch(this.#config.due);
    try {
      const [manifest, kept] = await Promise.all([
        this.#desk.getJson<Manifest>("manifest"),
        this.#loan.askPlace().catch((): KeptPlace => ({})),
      ]);
      await this.#open(manifest, this.#position.newest(kept));
    } catch (refused) {
      if (!(refused instanceof Problem)) console.error(refused);
      if (!this.#desk.over) this.#tellTrouble(refused instanceof Problem && refused.title ? refused.title : "unreadable");
    }
    this.#tellBusy(false);
  }

  backToBook(): void {
    this.stage.focus({ preventScroll: true });
  }

  async go(target: string | number | Locator): Promise<void> {
    const before = this.#where?.locator;
    this.#panels.hidePopups();
    this.#controls.hide();
    this.backToBook();
    await this.#pages?.go(target);
    this.#offerBack(before);
  }

  async goToFraction(fraction: number): Promise<void> {
    const before = this.#where?.locator;
    await this.#pages?.goToFraction(fraction);
    this.#offerBack(before);
  }

  tell(words: string, deed?: { label: string; done: () => void }): void {
    this.#snack.show(words, deed);
  }

  async #open(manifest: Manifest, kept: KeptPlace): Promise<void> {
    const pages = await this.#pagesFor(manifest);
    if (this.#desk.over) return;
    this.#pages = pages;
    this.#contents = new ContentsList(part("contents-list"), pages.contents, (target) => this.#chose(target));
    part("no-contents").hidden = pages.contents.length > 0;
    this.#foot.serve(pages, this.#config.kind === "pdf");
    this.#panels.serve(pages, manifest.metadata.language ?? "");
    await pages.open(kept.locator);
    pages.wear(this.#panels.look.look);
    // Whoever got to a bar or a panel before the book was there stays there.
    if (document.activeElement === document.body) this.backToBook();
    // On a slow line the bars have left before there was anything to see around them.
    this.#controls.show();
    // All that follows can wait: the page is there to be read.
    void this.#marks.sync();
    void this.#panels.left.fetch();
    void this.#settings.sync();
    if (kept.elsewhere) this.#offerElsewhere("elsewhere.here", kept.elsewhere.locator);
  }

  /** Each kind of book is a module of its own, fetched only when there is one to read. */
  async #pagesFor(manifest: Manifest): Promise<Pages> {
    const host = this.#host();
    if (this.#config.kind === "pdf") {
      const { PdfPages } = await import("./pdf-pages.ts");
      return new PdfPages(this.stage, this.#desk, manifest as PdfManifest, host, this.#panels.look.look);
    }
    const { EpubPages } = await import("./epub-pages.ts");
    return new EpubPages(this.stage, this.#desk, manifest as EpubManifest, host, this.#panels.look.look);
  }

  #host(): PagesHost {
    const panels = this.#panels;
    return {
      moved: (where) => this.#moved(where),
      tapped: (across) => this.#tapped(across),
      swiped: (towards) => this.#pages && this.#fulfil(wishOfSwipe(towards, this.#pages.direction)),
      key: (event) => this.#keyboard.pressed(event),
      pointed: (top) => panels.ruler.follow(top),
      external: (href) => panels.outside(href),
      jumped: () => this.#jump.offer(() => this.#return(undefined)),
      note: (note) => panels.note.show(note),
      selected: (selection) => panels.selection.show(selection),
      markTapped: (id, box) => panels.markTapped(id, box),
      copying: (event, text) => panels.selection.copying(event, text),
      partMissing: () => this.say("part-missing"),
      busy: (yes) => this.#tellBusy(yes),
    };
  }

  #listen(): void {
    const contents = dialog("contents");
    opens("open-contents", contents);
    part("open-contents").addEventListener("click", () => this.#contents?.reveal());
    part("return-now").addEventListener("click", () => void this.#giveBack());
    part("turn-left").addEventListener("click", () => this.#turn("left"));
    part("turn-right").addEventListener("click", () => this.#turn("right"));
    addEventListener("keydown", (event) => this.#keyboard.pressed(event));
    addEventListener("pagehide", () => this.#putAway());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#putAway() : void this.#wake()));
    addEventListener("online", () => void this.#wake());
  }

  #fulfil(wish: Wish): void {
    const pages = this.#pages;
    if (!pages || this.#desk.over) return;
    const panels = this.#panels;
    const deeds: Record<Wish, () => unknown> = {
      next: () => this.#turnPage(pages, 1),
      previous: () => this.#turnPage(pages, -1),
      down: () => (panels.ruler.on && panels.ruler.step(1)) || this.#turnPage(pages, 1),
      up: () => (panels.ruler.on && panels.ruler.step(-1)) || this.#turnPage(pages, -1),
      first: () => pages.first(),
      last: () => pages.last(),
      contents: () => part("open-contents").click(),
      controls: () => this.#controls.toggle(),
      larger: () => panels.look.step(1),
      smaller: () => panels.look.step(-1),
      fit: () => panels.look.fit(),
      search: () => panels.search.open(),
      bookmark: () => panels.bookmark(),
      marks: () => panels.marks.open(),
      look: () => part("open-look").click(),
      aloud: () => panels.readAloud(),
      full: () => panels.fullScreen(),
      help: () => panels.help(),
      pencil: () => panels.pencil(),
      sentence: () => panels.sentences.begin(),
    };
    void deeds[wish]();
  }

  #turnPage(pages: Pages, step: -1 | 1): Promise<void> {
    this.#controls.hide();
    this.#panels.hidePopups();
    this.#panels.ruler.begin(step === 1 ? "top" : "bottom");
    return step === 1 ? pages.next() : pages.previous();
  }

  #tapped(across: number): void {
    if (this.#panels.dismiss()) return;
    if (this.#pages) this.#fulfil(wishOfTap(across, this.#pages.direction));
  }

  #turn(side: "left" | "right"): void {
    this.#fulfil(wishOfSwipe(side === "left" ? "right" : "left", this.#pages?.direction ?? "ltr"));
    this.#controls.show();
  }

  #moved(where: Whereabouts): void {
    this.#where = where;
    if (!this.#seat.elsewhere) this.#position.moved(where);
    this.#contents?.mark(where.chapter);
    this.#foot.show(where);
    this.#panels.moved(where);
  }

  #chose(target: string | number): void {
    part<HTMLDialogElement>("contents").close();
    void this.go(target);
  }

  #offerBack(before: Locator | undefined): void {
    if (before && !this.#pages?.shows(before)) this.#jump.offer(() => this.#return(before));
  }

  #return(to: Locator | undefined): void {
    this.backToBook();
    if (to) void this.#pages?.go(to);
    else this.#pages?.back?.();
  }

  #putAway(): void {
    void this.#position.flush();
    void this.#marks.sync(true);
    if (!this.#desk.over) this.#seat.leave();
  }

  /** The reader is back, or the network is: what waits is sent, and another device may have gone on reading. */
  async #wake(): Promise<void> {
    this.#seat.cameBack();
    if (this.#desk.over || !this.#pages) return;
    void this.#marks.sync();
    await this.#position.flush();
    const { locator, elsewhere } = await this.#loan.askPlace().catch((): KeptPlace => ({}));
    if (this.#seat.elsewhere) return;
    if (elsewhere && locator && !this.#pages?.shows(locator)) this.#offerElsewhere("elsewhere.there", locator);
  }

  /** What this window knows, the other gets; what was read there, this one goes on from. */
  #readElsewhere(yes: boolean): void {
    if (yes) {
      this.#panels.aloud.close();
      this.#sheet.show();
      void this.#settle();
    } else {
      this.#sheet.hide();
      void this.#catchUp();
    }
  }

  async #catchUp(): Promise<void> {
    const { locator } = await this.#loan.askPlace().catch((): KeptPlace => ({}));
    if (locator && this.#pages && !this.#pages.shows(locator)) await this.go(locator);
  }

  #offerElsewhere(key: string, locator: Locator): void {
    this.tell(this.say(key), { label: this.say(`${key}.go`), done: () => void this.go(locator) });
  }

  #heard(status: LoanStatus, askedAt: number): void {
    const { due_at, recalled = false, marks_revision, seat } = status;
    this.#seat.heard(seat, askedAt);
    this.#foot.dueIs(due_at, recalled);
    this.#marks.dueIs(due_at);
    this.#panels.term.heard(status);
    if (marks_revision !== undefined && this.#pages) this.#marks.heardOf(marks_revision);
  }

  #settle(): Promise<unknown> {
    return Promise.all([this.#position.flush(), this.#marks.sync()]);
  }

  async #giveBack(): Promise<void> {
    part<HTMLButtonElement>("return-now").disabled = true;
    await this.#settle();
    await this.#desk.giveBack().catch((refused: unknown) => {
      if (this.#desk.over) return;
      this.#tellTrouble(refused instanceof Problem && refused.title ? refused.title : "unreachable");
    });
    part<HTMLButtonElement>("return-now").disabled = false;
    part<HTMLDialogElement>("return").close();
  }

  /** The book is gone from the page at once, whatever else was open; what stays says why, calmly. */
  #end(because: string, to: string): void {
    const { loan, binding, texts } = this.#config;
    const hasMarks = this.#marks.all.length > 0;
    this.#position.forget();
    this.#marks.forget();
    sweepLoan(loan);
    this.#panels.clear();
    this.#sheet.hide();
    this.#snack.hide();
    this.#pages?.close();
    this.#pages = undefined;
    this.stage.replaceChildren();
    part("contents-list").replaceChildren();
    showEnd({ because, known: `end.${because}.title` in texts, to, ended: { loan, binding }, hasMarks }, this.say);
  }

  #tellBusy(yes: boolean): void {
    part("busy").hidden = !yes || this.#desk.over;
  }

  /** `what` is a text's key or the server's own words; empty takes the message away. */
  #tellTrouble(what: string): void {
    const place = part("trouble");
    place.textContent = what && !this.#desk.over ? this.say(what) : "";
    place.hidden = !place.textContent;
  }
}

void new Reader().start();
