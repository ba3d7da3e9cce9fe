/** A page that is shown larger than its largest picture: the pieces of it that are seen lie over the picture. */
import { type Area, type Size, type Tile, tiledWidth, tilesIn } from "./pdf-geometry.ts";
import type { PdfSource } from "./pdf-source.ts";

export class Tiles {
  readonly element = document.createElement("div");
  readonly #source: PdfSource;
  readonly #page: number;
  readonly #shown = new Map<string, HTMLImageElement>();
  readonly #asked = new Map<string, AbortController>();
  #wanted = new Set<string>();

  constructor(source: PdfSource, page: number) {
    this.#source = source;
    this.#page = page;
    this.element.className = "page-tiles";
  }

  /** `shown`: how large the page stands there, unturned, CSS pixels. `seen`: what of it is in view, 0 to 1. */
  update(shown: Size, seen: Area | undefined): void {
    const width = tiledWidth(shown, globalThis.devicePixelRatio || 1);
    const drawn = width ? { width, height: Math.ceil((width * shown.height) / shown.width) } : undefined;
    const tiles = drawn && seen ? tilesIn(seen, drawn) : [];
    this.#wanted = new Set(tiles.map((tile) => nameOf(tile, width)));
    for (const [name, control] of this.#asked) if (!this.#wanted.has(name)) control.abort();
    for (const tile of tiles) void this.#fetch(tile, width);
    this.#tidy();
  }

  clear(): void {
    this.#wanted = new Set();
    for (const control of this.#asked.values()) control.abort();
    this.#tidy();
  }

  async #fetch(tile: Tile, width: number | undefined): Promise<void> {
    const name = nameOf(tile, width);
    if (this.#shown.has(name) || this.#asked.has(name)) return;
    const control = new AbortController();
    this.#asked.set(name, control);
    const image = await this.#source.picture(name.replace("#", String(this.#page)), control.signal).catch(() => undefined);
    this.#asked.delete(name);
    if (!image || !this.#wanted.has(name)) return;
    place(image, tile);
    this.#shown.set(name, image);
    this.element.append(image);
    this.#tidy();
  }

  /** Pieces that are not wanted any more stay until all that are wanted have come: nothing flickers. */
  #tidy(): void {
    if ([...this.#wanted].some((name) => !this.#shown.has(name))) return;
    for (const [name, image] of this.#shown) {
      if (this.#wanted.has(name)) continue;
      image.remove();
      this.#shown.delete(name);
    }
  }
}

function nameOf({ column, row }: Tile, width: number | undefined): string {
  return `pages/#/tiles/${column}/${row}?w=${width}`;
}

function place(image: HTMLImageElement, { left, top, right, bottom }: Tile): void {
  image.className = "page-tile";
  image.style.left = `${left * 100}%`;
  image.style.top = `${top * 100}%`;
  image.style.width = `${(right - left) * 100}%`;
  image.style.height = `${(bottom - top) * 100}%`;
}
