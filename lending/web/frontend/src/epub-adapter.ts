/**
 * The server's manifest in the shape that foliate-js calls a book.
 *
 * The one thing that matters for safety: `load` gives the direct address of a part, never a blob, so that the response
 * carries the server's own content security policy and no script of a book can run.
 */
import * as CFI from "foliate-js/epubcfi.js";
import type { Chapter, Direction } from "./pages.ts";

export interface ManifestSection {
  id: string;
  href: string;
  size: number;
  linear?: string;
  cfi?: string | null;
  pageSpread?: string | null;
  missing?: boolean;
  /** Where its SMIL is: which sound goes with which words. */
  mediaOverlay?: string | null;
}

export interface ManifestEntry {
  label?: string;
  title?: string;
  href?: string | null;
  children?: ManifestEntry[];
}

export interface EpubManifest {
  metadata: { title: string; language?: string | null };
  dir?: string | null;
  rendition?: { layout?: string | null; spread?: string | null; viewport?: { width: number; height: number } | null };
  sections: ManifestSection[];
  toc?: ManifestEntry[];
  pageList?: ManifestEntry[];
  /** The classes that the book has for what is being read aloud. */
  media?: { activeClass?: string | null; playbackActiveClass?: string | null };
}

export interface FoliateItem {
  label: string;
  href: string | null;
  subitems: FoliateItem[] | null;
}

export interface Destination {
  index: number;
  anchor: (doc: Document) => Element | Range | number;
}

export interface FoliateSection {
  id: string;
  size: number;
  linear: string;
  cfi: string;
  pageSpread?: string | undefined;
  load: () => Promise<string>;
  createDocument: () => Promise<Document>;
  resolveHref: (href: string) => string;
}

export interface FoliateBook {
  metadata: { title: string; language: string | undefined };
  dir: Direction;
  rendition: { layout?: string | undefined; spread?: string | undefined; viewport?: { width: number; height: number } | undefined };
  sections: FoliateSection[];
  toc: FoliateItem[];
  pageList: FoliateItem[];
  resolveHref: (href: string) => Destination | null;
  resolveCFI: (cfi: string) => Destination;
  splitTOCHref: (href: string | null) => [string | null, string | null];
  getTOCFragment: (doc: Document, id: string | null) => Element | null;
  isExternal: (href: string) => boolean;
}

export interface PartSource {
  url(path: string): string;
  /** Called before a frame is sent to the part; resolves when it may be, with another address if it can't be shown. */
  beforeLoad(index: number): Promise<string | undefined>;
  document(path: string): Promise<Document>;
}

export function toFoliateBook(manifest: EpubManifest, source: PartSource): FoliateBook {
  const map = new SectionMap(manifest.sections, source.url(""));
  const fixed = isFixedLayout(manifest);
  const everyPartIsAside = manifest.sections.every(({ linear }) => linear === "no");
  return {
    metadata: { title: manifest.metadata.title, language: manifest.metadata.language ?? undefined },
    dir: directionOf(manifest),
    rendition: renditionOf(manifest),
    sections: manifest.sections.map((section, index) => ({
      id: map.keys[index] ?? section.href,
      // In a fixed layout every page counts the same; elsewhere the bytes say how long a part is.
      size: fixed ? 1 : Math.max(1, section.size),
      linear: everyPartIsAside ? "yes" : (section.linear ?? "yes"),
      cfi: cfiOf(section, index),
      pageSpread: section.pageSpread ?? undefined,
      load: async () => (await source.beforeLoad(index)) ?? source.url(section.href),
      createDocument: () => source.document(section.href),
      resolveHref: (href) => map.resolve(href, source.url(section.href)),
    })),
    toc: (manifest.toc ?? []).map(toItem),
    pageList: (manifest.pageList ?? []).map(toItem),
    resolveHref: (href) => map.find(href),
    resolveCFI: (cfi) => resolveCfi(cfi, manifest.sections),
    splitTOCHref: (href) => (href === null ? [null, null] : map.split(href)),
    getTOCFragment: (doc, id) => (id ? fragmentOf(doc, id) : null),
    // Whatever has a scheme is not in the book: javascript: and data: too, so that they never get further than the
    // reader's own question, which knows http, https and mailto only.
    isExternal: (href) => /^[a-z][a-z0-9+.-]*:/i.test(href),
  };
}

/** The section and the place in it that a target or a kept place means; null for what the book does not have. */
export function resolveTarget(book: FoliateBook, target: string): Destination | null {
  return CFI.isCFI.test(target) ? book.resolveCFI(target) : book.resolveHref(target);
}

export function chaptersOf(entries: readonly ManifestEntry[]): Chapter[] {
  return entries.map((entry) => ({
    label: labelOf(entry),
    target: entry.href ?? null,
    children: chaptersOf(entry.children ?? []),
  }));
}

export function directionOf({ dir }: EpubManifest): Direction {
  return dir === "rtl" ? "rtl" : "ltr";
}

export function isFixedLayout({ rendition }: EpubManifest): boolean {
  return rendition?.layout === "pre-paginated";
}

/** Links inside the book, whatever way they are written, to the section that they mean. */
class SectionMap {
  readonly keys: string[];
  readonly #base: string;
  readonly #places = new Map<string, number>();

  constructor(sections: readonly ManifestSection[], base: string) {
    this.#base = base;
    this.keys = sections.map(({ href }) => keyOf(href));
    // A document may stand in the spine twice; a link to it means the first.
    for (const [index, key] of this.keys.entries()) if (!this.#places.has(key)) this.#places.set(key, index);
  }

  /** An address as written in a part → "r/path#fragment", or the full address of what is not in the book. */
  resolve(href: string, from: string): string {
    const url = URL.canParse(href, from) ? new URL(href, from).href : href;
    return url.startsWith(this.#base) ? url.slice(this.#base.length) : url;
  }

  split(href: string): [string, string | null] {
    const [path = "", fragment] = href.split("#", 2);
    return [keyOf(path), fragment ? decoded(fragment) : null];
  }

  find(href: string): Destination | null {
    const [key, fragment] = this.split(href);
    const index = this.#places.get(key);
    if (index === undefined) return null;
    return { index, anchor: (doc) => (fragment ? (fragmentOf(doc, fragment) ?? 0) : 0) };
  }
}

/** The same document may be served bare ("r/…") or in a page of its own ("wrapped/…"): one key for both. */
function keyOf(href: string): string {
  return decoded(href.replace(/#.*$/, "").replace(/^(?:r|wrapped)\//, ""));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function fragmentOf(doc: Document, id: string): Element | null {
  return doc.getElementById(id) ?? doc.querySelector(`[name="${CSS.escape(id)}"]`);
}

function cfiOf(section: ManifestSection, index: number): string {
  const cfi = section.cfi ?? `/6/${(index + 1) * 2}`;
  return CFI.isCFI.test(cfi) ? cfi : `epubcfi(${cfi})`;
}

/** A kept place → section and range. A place that the book no longer has leads to the start of its section. */
function resolveCfi(cfi: string, sections: readonly ManifestSection[]): Destination {
  const parsed = CFI.parse(cfi);
  const step = (parsed.parent ?? parsed).shift()?.at(-1)?.index;
  const found = sections.findIndex((section, index) => CFI.parse(cfiOf(section, index))[0]?.at(-1)?.index === step);
  const anchor = (doc: Document) => {
    try {
      return CFI.toRange(doc, parsed);
    } catch {
      return 0;
    }
  };
  return { index: Math.max(0, found), anchor };
}

function renditionOf({ rendition }: EpubManifest): FoliateBook["rendition"] {
  return {
    layout: rendition?.layout ?? undefined,
    spread: rendition?.spread ?? undefined,
    viewport: rendition?.viewport ?? undefined,
  };
}

function toItem(entry: ManifestEntry): FoliateItem {
  const children = entry.children ?? [];
  return { label: labelOf(entry), href: entry.href ?? null, subitems: children.length ? children.map(toItem) : null };
}

function labelOf(entry: ManifestEntry): string {
  return (entry.label ?? entry.title ?? "").trim() || "…";
}
