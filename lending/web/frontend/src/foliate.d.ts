/** The part of foliate-js 1.0.1 that the EPUB side touches. The package ships no types. */

declare module "foliate-js/view.js" {
  export interface Progress {
    fraction?: number;
    section?: { current: number; total: number };
    /** Minutes that are left. */
    time?: { section: number; total: number };
    cfi: string;
    range: Range | null;
    tocItem?: { href: string | null } | null;
    pageItem?: { label: string; href: string | null } | null;
  }

  export class View extends HTMLElement {
    renderer: Renderer;
    isFixedLayout: boolean;
    lastLocation: Progress | null | undefined;
    open(book: import("./epub-adapter.ts").FoliateBook): Promise<void>;
    close(): void;
    next(): Promise<void>;
    prev(): Promise<void>;
    resolveNavigation(target: { fraction: number }): { index: number; anchor: number } | undefined;
    getCFI(index: number, range: Range): string;
    getSectionFractions(): number[];
    getProgressOf(index: number, range?: Range): Pick<Progress, "tocItem" | "pageItem">;
  }

  /** A paginator or a fixed layout. What is optional only the paginator has. */
  export interface Renderer extends HTMLElement {
    setStyles?(css: string | [before: string, after: string]): void;
    getContents(): { doc: Document | null; index?: number; overlayer?: import("foliate-js/overlayer.js").Overlayer }[];
    goTo(target: { index: number; anchor?: unknown }): Promise<void>;
    scrollToAnchor?(anchor: unknown): Promise<void>;
    snap?(vx: number, vy: number): void;
    render?(): void;
    focusView?(): void;
    readonly page?: number;
    readonly pages?: number;
    readonly size?: number;
    readonly viewSize?: number;
    readonly start?: number;
    readonly end?: number;
    containerPosition?: number;
    /** Fixed layout only: the section whose page is shown, and the spread that a section is in. */
    readonly index?: number;
    getSpreadOf?(section: unknown): { index: number; side: "left" | "right" | "center" } | undefined;
  }
}

declare module "foliate-js/overlayer.js" {
  export type Draw<T> = (rects: unknown, options: T) => SVGElement;
  export class Overlayer {
    constructor(doc: Document);
    readonly element: SVGSVGElement;
    add<T>(key: string, range: Range, draw: Draw<T>, options: T): void;
    remove(key: string): void;
    redraw(): void;
  }
}

declare module "foliate-js/epubcfi.js" {
  export interface Part {
    index: number;
    id?: string;
    offset?: number;
  }
  export type Parsed = Part[][] & { parent?: Part[][]; start?: Part[][]; end?: Part[][] };
  export const isCFI: RegExp;
  export function parse(cfi: string): Parsed;
  export function toRange(doc: Document, parsed: Parsed): Range;
}
