/** Where the pictures and words of a PDF come from. */
import type { PageText } from "./pdf-words.ts";
import type { ReadingDesk } from "./reading-desk.ts";

/** Words of pages that are kept: those around the reader, and those that are read aloud ahead of them. */
const TEXTS_KEPT = 16;

export class PdfSource {
  readonly #desk: ReadingDesk;
  readonly #texts = new Map<number, Promise<PageText>>();

  constructor(desk: ReadingDesk) {
    this.#desk = desk;
  }

  get over(): boolean {
    return this.#desk.over;
  }

  /**
   * A picture, decoded: it is shown in the same frame in which it is put into the page. The element itself is what is
   * kept: its address is `no-store`, and blobs the page's policy forbids. Throws Problem; stops at `signal`.
   */
  async picture(path: string, signal: AbortSignal): Promise<HTMLImageElement> {
    const image = new Image();
    image.alt = "";
    image.draggable = false;
    const stop = () => image.removeAttribute("src");
    signal.addEventListener("abort", stop);
    image.src = this.#desk.url(path);
    try {
      await image.decode().catch(() => this.#again(image, path, signal));
    } finally {
      signal.removeEventListener("abort", stop);
    }
    return image;
  }

  /** An image can't say why it failed: the same address is asked for as data, which waits or throws the reason. */
  async #again(image: HTMLImageElement, path: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#desk.get(path, signal);
    signal.throwIfAborted();
    image.src = this.#desk.url(path);
    await image.decode();
  }

  /** A page that was fetched ahead of its reader is seen now: the library counts it. What is lost of that is lost. */
  opened(page: number): void {
    if (!this.over) void this.#desk.send("POST", `opened/${page}`, undefined, true).catch(() => undefined);
  }

  text(page: number): Promise<PageText> {
    const kept = this.#texts.get(page);
    if (kept) return kept;
    const asked = this.#desk.getJson<PageText>(`pages/${page}/text`);
    asked.catch(() => this.#texts.delete(page));
    this.#texts.set(page, asked);
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= TEXTS_KEPT) break;
      this.#texts.delete(oldest);
    }
    return asked;
  }

  forget(): void {
    this.#texts.clear();
  }
}
