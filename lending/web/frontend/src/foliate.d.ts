/** The part of foliate-js 1.0.1 that the adapter touches. The package ships no types. */

declare module "foliate-js/view.js" {
  export class View extends HTMLElement {
    renderer: Renderer;
    isFixedLayout: boolean;
    history: { back(): void };
    open(book: import("./epub-adapter.ts").FoliateBook): Promise<void>;
    close(): void;
    init(options: { lastLocation?: string | undefined; showTextStart?: boolean }): Promise<void>;
    goTo(target: string | number): Promise<unknown>;
    goToFraction(fraction: number): Promise<void>;
    next(): Promise<void>;
    prev(): Promise<void>;
  }

  export interface Renderer extends HTMLElement {
    setStyles?(css: string | [before: string, after: string]): void;
    getContents(): { doc: Document; index?: number }[];
    goTo(target: { index: number; anchor?: (doc: Document) => unknown }): Promise<void>;
    next(): Promise<void>;
    prev(): Promise<void>;
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
