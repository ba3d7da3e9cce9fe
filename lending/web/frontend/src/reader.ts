/** The reading page: puts a loan's book on the stage and joins it to keys, taps, panels, the clock and the desk. */
import { ContentsList } from "./contents-list.ts";
import { Controls } from "./controls.ts";
import { dialog, opens } from "./dialogs.ts";
import { untilDue } from "./due.ts";
import type { EpubManifest } from "./epub-adapter.ts";
import { wishOfKey, wishOfSwipe, wishOfTap, type Wish } from "./gestures.ts";
import { LookPanel } from "./look-panel.ts";
import { outsideLinks } from "./outside-link.ts";
import type { Pages, PagesHost, Whereabouts } from "./pages.ts";
import type { PdfManifest } from "./pdf-pages.ts";
import { type KeptPlace, PositionKeeper } from "./position.ts";
import { learnNonce, Problem } from "./problems.ts";
import { type Binding, ReadingDesk } from "./reading-desk.ts";
import { language, pageData, part, say, type Texts } from "./texts.ts";

interface ReaderConfig {
  loan: string;
  base: string;
  kind: "epub" | "pdf";
  title: string;
  mine: boolean;
  due: string | null;
  binding: Binding;
  /** For the first proof of the browser's key; later ones come with each answer. */
  nonce: string;
  texts: Texts;
}

const JUMP_SHOWN = 12_000;

class Reader {
  readonly #config = pageData<ReaderConfig>("reader-config");
  readonly #stage = part("stage");
  readonly #panel = new LookPanel();
  readonly #controls = new Controls(document.body, [part("reader-top"), part("reader-bottom")]);
  readonly #ask = outsideLinks();
  readonly #desk: ReadingDesk;
  readonly #position: PositionKeeper;
  #pages: Pages | undefined;
  #contents: ContentsList | undefined;
  #jumpTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#desk = new ReadingDesk(this.#config.base, this.#config.binding, {
      ended: (because) => this.#end(because),
      reachable: (yes) => this.#tellTrouble(yes ? "" : "unreachable"),
      slowed: (yes) => this.#tellTrouble(yes ? "too-fast" : ""),
    });
    this.#position = new PositionKeeper(this.#config.loan, (place) => this.#desk.put("position", place));
  }

  async start(): Promise<void> {
    learnNonce(this.#config.nonce);
    this.#listen();
    this.#controls.show();
    this.#tellBusy(true);
    this.#desk.watch(this.#config.due);
    try {
      const [manifest, kept] = await Promise.all([
        this.#desk.getJson<EpubManifest | PdfManifest>("manifest"),
        this.#desk.getJson<KeptPlace>("position").catch((): KeptPlace => ({})),
      ]);
      await this.#open(manifest, this.#position.newest(kept));
    } catch (refused) {
      if (!this.#desk.over) this.#tellTrouble(refused instanceof Problem && refused.title ? refused.title : "unreadable");
    }
    this.#tellBusy(false);
  }

  async #open(manifest: EpubManifest | PdfManifest, kept: KeptPlace): Promise<void> {
    const pages = await this.#pagesFor(manifest);
    if (this.#desk.over) return;
    this.#pages = pages;
    this.#panel.serve(pages);
    this.#contents = new ContentsList(part("contents-list"), pages.contents, (target) => this.#chose(target));
    part("no-contents").hidden = pages.contents.length > 0;
    this.#labelTurns(pages);
    await pages.open(kept.locator);
    pages.wear(this.#panel.look);
    this.#stage.focus({ preventScroll: true });
  }

  /** Each kind of book is a module of its own, fetched only when there is one to read. */
  async #pagesFor(manifest: EpubManifest | PdfManifest): Promise<Pages> {
    const host = this.#host();
    if (this.#config.kind === "pdf") {
      const { PdfPages } = await import("./pdf-pages.ts");
      return new PdfPages(this.#stage, this.#desk, manifest as PdfManifest, host);
    }
    const { EpubPages } = await import("./epub-pages.ts");
    return new EpubPages(this.#stage, this.#desk, manifest as EpubManifest, host, this.#panel.look);
  }

  #host(): PagesHost {
    return {
      moved: (where) => this.#moved(where),
      tapped: (across) => this.#pages && this.#fulfil(wishOfTap(across, this.#pages.direction)),
      swiped: (towards) => this.#pages && this.#fulfil(wishOfSwipe(towards, this.#pages.direction)),
      key: (event) => this.#pressed(event),
      external: (href) => this.#ask(href),
      jumped: () => this.#offerBack(),
      partMissing: () => this.#say("part-missing"),
      busy: (yes) => this.#tellBusy(yes),
    };
  }

  #listen(): void {
    const contents = dialog("contents");
    opens("open-contents", contents);
    part("open-contents").addEventListener("click", () => this.#contents?.reveal());
    opens("open-look", dialog("look"));
    opens("open-return", dialog("return"));
    part("return-now").addEventListener("click", () => void this.#giveBack());
    part("turn-left").addEventListener("click", () => this.#turn("left"));
    part("turn-right").addEventListener("click", () => this.#turn("right"));
    part("jump-back").addEventListener("click", () => this.#jumpBack());
    const progress = part<HTMLInputElement>("progress");
    progress.addEventListener("change", () => void this.#pages?.goToFraction(Number(progress.value) / 1000));
    part("go-to-page").addEventListener("submit", (event) => this.#goToPage(event));
    addEventListener("keydown", (event) => this.#pressed(event));
    addEventListener("pagehide", () => void this.#position.flush());
    document.addEventListener("visibilitychange", () => document.hidden && void this.#position.flush());
  }

  #fulfil(wish: Wish): void {
    const pages = this.#pages;
    if (!pages || this.#desk.over) return;
    if (wish === "next" || wish === "previous") this.#controls.hide();
    const deeds: Record<Wish, () => unknown> = {
      next: () => pages.next(),
      previous: () => pages.previous(),
      first: () => pages.first(),
      last: () => pages.last(),
      contents: () => part("open-contents").click(),
      controls: () => this.#controls.toggle(),
      larger: () => this.#panel.step(1),
      smaller: () => this.#panel.step(-1),
      fit: () => this.#panel.fit(),
    };
    void deeds[wish]();
  }

  #pressed(event: KeyboardEvent): void {
    const wish = this.#pages && wishOfKey(event, this.#pages.direction);
    if (!wish || event.defaultPrevented || isTaken(event) || this.#scrollsItself(event)) return;
    event.preventDefault();
    this.#fulfil(wish);
  }

  /** A page zoomed beyond the stage is moved up and down by the browser itself. */
  #scrollsItself({ key }: KeyboardEvent): boolean {
    return /^Arrow(Up|Down)$/.test(key) && this.#stage.scrollHeight > this.#stage.clientHeight + 1;
  }

  #turn(side: "left" | "right"): void {
    this.#fulfil(wishOfSwipe(side === "left" ? "right" : "left", this.#pages?.direction ?? "ltr"));
    this.#controls.show();
  }

  #labelTurns({ direction }: Pages): void {
    const [left, right] = direction === "rtl" ? ["turn.next", "turn.previous"] : ["turn.previous", "turn.next"];
    part("turn-left").setAttribute("aria-label", this.#say(left ?? ""));
    part("turn-right").setAttribute("aria-label", this.#say(right ?? ""));
    part("progress").dir = direction;
    part("go-to-page").hidden = this.#config.kind !== "pdf";
  }

  #moved(where: Whereabouts): void {
    this.#position.moved({ locator: where.locator, fraction: where.fraction });
    this.#contents?.mark(where.chapter);
    const progress = part<HTMLInputElement>("progress");
    progress.value = String(Math.round(where.fraction * 1000));
    const words = this.#whereWords(where);
    progress.setAttribute("aria-valuetext", words);
    part("where").textContent = words;
    part("due").textContent = this.#dueWords();
  }

  #whereWords({ page, fraction }: Whereabouts): string {
    if (!page) return this.#say("percent", { percent: Math.round(fraction * 100) });
    part<HTMLInputElement>("page-number").value = page.label;
    return this.#say("page-of", { page: page.label, count: page.count });
  }

  #dueWords(): string {
    const { due, mine } = this.#config;
    if (mine) return this.#say("mine");
    return due ? this.#say("due", { when: untilDue(new Date(due), new Date(), language()) }) : "";
  }

  #chose(target: string | number): void {
    part<HTMLDialogElement>("contents").close();
    this.#stage.focus({ preventScroll: true });
    this.#controls.hide();
    void this.#pages?.go(target);
  }

  #goToPage(event: SubmitEvent): void {
    event.preventDefault();
    void this.#pages?.go(part<HTMLInputElement>("page-number").value);
    this.#stage.focus({ preventScroll: true });
  }

  #offerBack(): void {
    clearTimeout(this.#jumpTimer);
    part("jump-back").hidden = false;
    this.#jumpTimer = setTimeout(() => (part("jump-back").hidden = true), JUMP_SHOWN);
  }

  #jumpBack(): void {
    part("jump-back").hidden = true;
    this.#pages?.back?.();
    this.#stage.focus({ preventScroll: true });
  }

  async #giveBack(): Promise<void> {
    part<HTMLButtonElement>("return-now").disabled = true;
    await this.#position.flush();
    await this.#desk.giveBack().catch((refused: unknown) => {
      if (this.#desk.over) return;
      this.#tellTrouble(refused instanceof Problem && refused.title ? refused.title : "unreachable");
    });
    part<HTMLButtonElement>("return-now").disabled = false;
    part<HTMLDialogElement>("return").close();
  }

  /** The book is gone from the page at once, whatever else was open; what stays says why, calmly. */
  #end(because: string): void {
    this.#position.forget();
    this.#pages?.close();
    this.#pages = undefined;
    this.#stage.replaceChildren();
    part("contents-list").replaceChildren();
    for (const open of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) open.close();
    document.body.dataset["phase"] = "ended";
    const known = `end.${because}.title` in this.#config.texts ? because : "other";
    part("end-title").textContent = this.#say(`end.${known}.title`);
    part("end-words").textContent = this.#say(`end.${known}.text`);
    part("end").hidden = false;
    part("end-title").focus();
  }

  #tellBusy(yes: boolean): void {
    part("busy").hidden = !yes || this.#desk.over;
  }

  /** `what` is a text's key or the server's own words; empty takes the message away. */
  #tellTrouble(what: string): void {
    const place = part("trouble");
    place.textContent = what && !this.#desk.over ? this.#say(what) : "";
    place.hidden = !place.textContent;
  }

  #say(key: string, values: Record<string, string | number> = {}): string {
    return say(this.#config.texts, key, values);
  }
}

/** Whether a key belongs to the control that has the focus, or to an open panel. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target as Element | null;
  if (document.querySelector("dialog[open]") || target?.closest?.("input, select, textarea, audio, video")) return true;
  return (event.key === " " || event.key === "Enter") && Boolean(target?.closest?.("button, a[href], summary"));
}

void new Reader().start();
