/** How the pages of a PDF stand on the stage: what the layouts (paged, scrolled) share. */
import { type Area, type Size, type SizeRuns, type Turn } from "./pdf-geometry.ts";
import { Sheet, type SheetHost } from "./pdf-sheet.ts";

export interface View {
  zoom: number;
  turn: Turn;
  columns: "auto" | "one" | "two";
  slide: boolean;
}

export interface LayoutHost extends SheetHost {
  stage: HTMLElement;
  sizes: SizeRuns;
  count: number;
  view: View;
  /** Another page is shown, or another part of it. */
  shown(): void;
  busy(yes: boolean): void;
}

export interface Layout {
  /** The first page that is looked at, and all of them. */
  readonly page: number;
  readonly pages: readonly number[];
  /** Shows a page; `at`: 0 to 1 from its top. Resolves when it is there to be seen. */
  show(page: number, at?: number): Promise<void>;
  step(way: -1 | 1): Promise<void>;
  /** Measures anew, after the zoom, the stage or the turn has changed. */
  fit(): void;
  /** How far down the page the window's top is, 0 to 1. */
  readonly at: number;
  readonly sheets: Sheets;
  close(): void;
}

/** The sheets that are alive: those shown, and those near enough to be shown next. */
export class Sheets {
  readonly #host: SheetHost;
  readonly #alive = new Map<number, Sheet>();

  constructor(host: SheetHost) {
    this.#host = host;
  }

  get(page: number): Sheet {
    let sheet = this.#alive.get(page);
    if (!sheet) this.#alive.set(page, (sheet = new Sheet(page, this.#host)));
    return sheet;
  }

  find(page: number): Sheet | undefined {
    return this.#alive.get(page);
  }

  all(): Sheet[] {
    return [...this.#alive.values()];
  }

  keepOnly(pages: ReadonlySet<number>): void {
    for (const [page, sheet] of this.#alive) {
      if (pages.has(page)) continue;
      sheet.drop();
      this.#alive.delete(page);
    }
  }

  /** The sheet of an element inside it. */
  of(node: Node | null): Sheet | undefined {
    const element = node instanceof Element ? node : node?.parentElement;
    const sheet = element?.closest<HTMLElement>(".sheet");
    return sheet ? this.find(Number(sheet.dataset["page"])) : undefined;
  }
}

/** The room for pages on the stage, without its padding. */
export function roomOf(stage: HTMLElement): Size {
  const style = getComputedStyle(stage);
  const side = (name: "paddingLeft" | "paddingRight" | "paddingTop" | "paddingBottom") => Number.parseFloat(style[name]) || 0;
  return {
    width: Math.max(1, stage.clientWidth - side("paddingLeft") - side("paddingRight")),
    height: Math.max(1, stage.clientHeight - side("paddingTop") - side("paddingBottom")),
  };
}

export function windowOf(stage: HTMLElement): Area {
  const { left, top, right, bottom } = stage.getBoundingClientRect();
  return { left, top, right, bottom };
}

/** Does something once in the next frame, however often it is asked for. */
export function framed(deed: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      deed();
    });
  };
}
