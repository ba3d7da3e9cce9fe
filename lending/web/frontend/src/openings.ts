/**
 * Which chapters are opened, for the library's count: one that was fetched ahead of its reader is not, until it is on
 * the stage. What is fetched for the stage is counted by the library itself.
 */
import type { Page } from "./epub-view.ts";

const AHEAD = "ahead";

/** The address by which a part is fetched ahead. */
export function fetchedAhead(address: string): string {
  const url = new URL(address);
  url.searchParams.set(AHEAD, "1");
  return url.href;
}

export class Openings {
  readonly #tell: (index: number) => void;
  #onStage: ReadonlySet<Document> = new Set();
  readonly #seen = new WeakSet<Document>();

  /** `tell` the library that a section is opened. */
  constructor(tell: (index: number) => void) {
    this.#tell = tell;
  }

  /** The documents on the stage, whenever they may have changed. One that comes back is opened again. */
  look(pages: readonly Page[]): void {
    for (const { doc, index } of pages) {
      if (this.#onStage.has(doc)) continue;
      const counted = !this.#seen.has(doc) && !new URL(doc.URL).searchParams.has(AHEAD);
      this.#seen.add(doc);
      if (!counted) this.#tell(index);
    }
    this.#onStage = new Set(pages.map(({ doc }) => doc));
  }
}
