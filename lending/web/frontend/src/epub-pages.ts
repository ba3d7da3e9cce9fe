/** An EPUB on the stage: foliate-js lays it out, this turns its events into the reader's. */
import type { View } from "foliate-js/view.js";
import "foliate-js/view.js";
import { houseFonts } from "./book-fonts.ts";
import { bookStyle } from "./book-themes.ts";
import { chaptersOf, directionOf, type EpubManifest, isFixedLayout, type PartSource, toFoliateBook } from "./epub-adapter.ts";
import { listenForSwipes } from "./gestures.ts";
import type { Chapter, Direction, Look, Pages, PagesHost } from "./pages.ts";
import { parseProblem, waitOf } from "./problems.ts";
import type { ReadingDesk } from "./reading-desk.ts";
import { Turns } from "./turns.ts";

const FRAME_MAY_TAKE = 25_000;
const BEGIN_AGAIN_AFTER = 1_500;
/** Stands in for a part that the server won't show in a frame. */
const BLANK = "about:blank";
const ZOOMS = ["fit-page", "fit-width"] as const;

interface Relocated {
  fraction?: number;
  section?: { current: number; total: number };
  cfi: string;
  tocItem?: { href: string | null } | null;
}

export class EpubPages implements Pages {
  readonly contents: readonly Chapter[];
  readonly direction: Direction;
  readonly #manifest: EpubManifest;
  readonly #stage: HTMLElement;
  readonly #desk: ReadingDesk;
  readonly #host: PagesHost;
  #view: View | undefined;
  #look: Look;
  #turns = new Turns();
  #zoom = 0;
  #patience = 0;
  /** Sections whose frame failed though the library answers: they are damaged. */
  readonly #broken = new Set<number>();
  /** The section that a frame was last sent to: where to begin again when it fails. */
  #heading = 0;

  constructor(stage: HTMLElement, desk: ReadingDesk, manifest: EpubManifest, host: PagesHost, look: Look) {
    this.#stage = stage;
    this.#desk = desk;
    this.#manifest = manifest;
    this.#host = host;
    this.#look = look;
    this.contents = chaptersOf(manifest.toc ?? []);
    this.direction = directionOf(manifest);
    if (isFixedLayout(manifest)) this.zoom = (step) => this.#zoomFixed(step);
  }

  zoom?: (step: -1 | 0 | 1) => void;

  async open(kept: Readonly<Record<string, unknown>> | undefined): Promise<void> {
    const cfi = kept?.["cfi"];
    await this.#openAt(typeof cfi === "string" ? cfi : undefined);
  }

  async next(): Promise<void> {
    await this.#turns.after(async () => this.#view?.next());
  }

  async previous(): Promise<void> {
    await this.#turns.after(async () => this.#view?.prev());
  }

  async first(): Promise<void> {
    await this.goToFraction(0);
  }

  async last(): Promise<void> {
    await this.goToFraction(1);
  }

  async go(target: string | number): Promise<void> {
    await this.#turns.after(async () => this.#view?.goTo(target));
  }

  async goToFraction(fraction: number): Promise<void> {
    await this.#turns.after(async () => this.#view?.goToFraction(fraction));
  }

  wear(look: Look): void {
    this.#look = look;
    this.#view?.renderer.setStyles?.(bookStyle(look, houseFonts()));
  }

  back(): void {
    this.#view?.history.back();
  }

  close(): void {
    this.#calm();
    this.#discard();
  }

  async #openAt(place: string | number | undefined): Promise<void> {
    this.#discard();
    const view = document.createElement("foliate-view") as View;
    this.#view = view;
    // A turn that never ended was the old view's.
    this.#turns = new Turns();
    this.#listen(view);
    this.#stage.replaceChildren(view);
    await view.open(toFoliateBook(this.#manifest, this.#source()));
    this.#dress(view);
    await this.#turns.after(() => view.init({ lastLocation: place as string | undefined }));
  }

  #discard(): void {
    const view = this.#view;
    this.#view = undefined;
    try {
      view?.close();
    } catch {
      // foliate can't close what never finished opening; taking it off the page is what counts.
    }
    this.#stage.replaceChildren();
  }

  #dress(view: View): void {
    const { renderer } = view;
    renderer.setAttribute("margin", "56px");
    renderer.setAttribute("gap", "6%");
    renderer.setAttribute("max-inline-size", "680px");
    renderer.setAttribute("max-column-count", "2");
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) renderer.setAttribute("animated", "");
    renderer.setStyles?.(bookStyle(this.#look, houseFonts()));
  }

  #source(): PartSource {
    return {
      url: (path) => this.#desk.url(path),
      beforeLoad: async (index) => {
        this.#heading = index;
        this.#host.busy(true);
        await this.#desk.ready();
        this.#awaitFrame();
        return this.#broken.has(index) ? BLANK : undefined;
      },
      document: async (path) => {
        const response = await this.#desk.get(path);
        return new DOMParser().parseFromString(await response.text(), "text/html");
      },
    };
  }

  /**
   * A frame can fail without a word: the network went between question and answer. foliate then waits for ever, or
   * throws where nobody catches. Either way the view is begun again, and asks the desk first.
   */
  #awaitFrame(): void {
    this.#beginAgainAfter(FRAME_MAY_TAKE);
    addEventListener("error", this.#frameFailed, { once: true });
  }

  readonly #frameFailed = (): void => this.#beginAgainAfter(BEGIN_AGAIN_AFTER);

  #beginAgainAfter(milliseconds: number): void {
    this.#calm();
    this.#patience = window.setTimeout(() => void this.#beginAgain(), milliseconds);
  }

  /** The part is asked for as data first, which waits for the network, and tells a refusal from a lost connection. */
  async #beginAgain(): Promise<void> {
    const section = this.#heading;
    const href = this.#manifest.sections[section]?.href ?? "";
    await this.#desk.get(href).catch(() => this.#broken.add(section));
    if (!this.#desk.over) await this.#openAt(section);
  }

  #calm(): void {
    clearTimeout(this.#patience);
    removeEventListener("error", this.#frameFailed);
  }

  #listen(view: View): void {
    view.addEventListener("load", (event) => this.#loaded((event as CustomEvent<{ doc: Document }>).detail.doc));
    view.addEventListener("relocate", (event) => this.#moved((event as CustomEvent<Relocated>).detail));
    view.addEventListener("link", () => this.#host.jumped());
    view.addEventListener("external-link", (event) => {
      event.preventDefault();
      this.#host.external((event as CustomEvent<{ href: string }>).detail.href);
    });
  }

  /** An empty part has no pages to divide by; then its place among the parts says how far the book is read. */
  #moved({ fraction, section, cfi, tocItem }: Relocated): void {
    const among = section ? section.current / section.total : 0;
    const through = fraction !== undefined && Number.isFinite(fraction) ? fraction : among;
    this.#host.moved({ locator: { cfi }, fraction: through, chapter: tocItem?.href ?? null });
  }

  #loaded(doc: Document): void {
    this.#calm();
    this.#host.busy(false);
    mendBody(doc);
    this.#setColumns(doc);
    if (isFixedLayout(this.#manifest)) {
      mendViewport(doc);
      // The page of the book does not scroll; a finger moving across it is a swipe, not the browser's way back.
      doc.documentElement.style.touchAction = "pan-y pinch-zoom";
      doc.documentElement.style.overscrollBehavior = "none";
      listenForSwipes(doc, (towards) => this.#host.swiped(towards));
    }
    doc.addEventListener("keydown", (event) => this.#host.key(event));
    doc.addEventListener("click", (event) => this.#clicked(event, doc));
    this.#readRefusal(doc);
  }

  /** Lines that run downwards fill the page from top to bottom; foliate would halve a tall screen for them. */
  #setColumns(doc: Document): void {
    const columns = getComputedStyle(doc.body).writingMode.startsWith("vertical") ? "1" : "2";
    const renderer = this.#view?.renderer;
    if (renderer?.getAttribute("max-column-count") !== columns) renderer?.setAttribute("max-column-count", columns);
  }

  #clicked(event: MouseEvent, doc: Document): void {
    const frame = doc.defaultView?.frameElement as HTMLElement | null | undefined;
    if (!frame || event.defaultPrevented || !isPlain(event.target) || doc.getSelection()?.isCollapsed === false) return;
    const box = frame.getBoundingClientRect();
    const x = box.left + event.clientX * (box.width / frame.offsetWidth);
    this.#host.tapped(x / this.#stage.clientWidth);
  }

  /** A frame shows what the server says, a refusal too: then what was said decides what happens. */
  #readRefusal(doc: Document): void {
    if (doc.URL === BLANK) doc.body.textContent = this.#host.partMissing();
    if (!doc.contentType.endsWith("json")) return;
    const section = this.#heading;
    const refused = parseProblem(doc.body.textContent ?? "");
    doc.body.textContent = waitOf(refused) === undefined ? this.#host.partMissing() : "";
    void this.#desk
      .mayAskAgain(refused, this.#manifest.sections[section]?.href ?? "")
      .then((again) => (again ? this.#openAt(section) : undefined))
      .catch(() => undefined);
  }

  #zoomFixed(step: -1 | 0 | 1): void {
    this.#zoom = step === 0 ? 0 : Math.min(Math.max(this.#zoom + step, 0), ZOOMS.length - 1);
    this.#view?.renderer.setAttribute("zoom", ZOOMS[this.#zoom] ?? "fit-page");
  }
}

/** Whether a tap on it is a tap on the page, not on something of the book's own. */
function isPlain(target: EventTarget | null): boolean {
  const element = target as Element | null;
  return !element?.closest?.("a[href], button, input, select, textarea, summary, label, audio, video, [role='button']");
}

/** foliate lays out a body. Whatever a frame shows without one (bare XML, say) keeps its words and gets one. */
function mendBody(doc: Document): void {
  if (doc.body) return;
  const words = doc.documentElement?.textContent ?? "";
  const page = new DOMParser().parseFromString("<!doctype html><html><head></head><body></body></html>", "text/html");
  page.body.textContent = words;
  doc.replaceChildren(doc.adoptNode(page.documentElement));
}

/** Fixed layout needs a size in figures. Books also say "device-width", or nothing beside a picture. */
function mendViewport(doc: Document): void {
  const said = doc.querySelector('meta[name="viewport"]');
  if (!said || /width\s*=\s*\d/.test(said.getAttribute("content") ?? "")) return;
  const picture = doc.querySelector("img");
  const [width, height] = picture?.naturalWidth ? [picture.naturalWidth, picture.naturalHeight] : [1000, 1414];
  said.setAttribute("content", `width=${width}, height=${height}`);
}
