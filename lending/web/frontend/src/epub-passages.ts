/** What a view says of places: where the reader is, what is selected, what is to be read aloud. */
import type { Progress } from "foliate-js/view.js";
import { lengthOf, offsetOf, textsOf } from "./epub-offsets.ts";
import { blockOf, piecesOf, sentencesOf } from "./epub-speech.ts";
import type { BookView, Page } from "./epub-view.ts";
import type { Passage, Utterance, Whereabouts } from "./pages.ts";

const EXCERPT = 90;
const LONG_ENOUGH = 4 * EXCERPT;

export function whereabouts(view: BookView, progress: Progress | undefined): (Whereabouts & { locator: { cfi: string } }) | undefined {
  return view.fixed ? fixedWhereabouts(view) : progress && flowingWhereabouts(progress);
}

/** An empty part has no pages to divide by; then its place among the parts says how far the book is read. */
function flowingWhereabouts({ fraction, section, cfi, tocItem, pageItem, time, range }: Progress): Whereabouts & { locator: { cfi: string } } {
  const among = section ? section.current / section.total : 0;
  const through = fraction !== undefined && Number.isFinite(fraction) ? fraction : among;
  const minutes = time && Number.isFinite(time.section) ? Math.max(0, Math.round(time.section)) : undefined;
  return {
    locator: { cfi },
    fraction: Math.min(1, through),
    chapter: tocItem?.href ?? null,
    ...(pageItem?.label ? { page: { label: pageItem.label } } : {}),
    ...(minutes === undefined ? {} : { left: { minutes } }),
    excerpt: range ? excerptOf(firstWordsOf(range)) : "",
  };
}

/** A spread reports the same page whichever of the two is seen, so what is seen is looked at. */
function fixedWhereabouts(view: BookView): (Whereabouts & { locator: { cfi: string } }) | undefined {
  const pages = view.pages().toSorted((one, other) => one.index - other.index);
  const [first, last] = [pages[0], pages.at(-1)];
  if (!first || !last) return undefined;
  const { sections } = view.book;
  const { tocItem, pageItem } = view.element.getProgressOf(first.index);
  return {
    locator: { cfi: sections[first.index]?.cfi ?? "" },
    fraction: (last.index + 1) / sections.length,
    chapter: tocItem?.href ?? null,
    ...(pageItem?.label ? { page: { label: pageItem.label } } : {}),
    excerpt: excerptOf(pages.map(({ doc }) => firstWordsOf(wholeOf(doc))).join(" ")),
  };
}

/** The text with which a range begins, paragraphs kept apart; enough of it for an excerpt. */
function firstWordsOf(range: Range): string {
  const root = range.commonAncestorContainer;
  let words = "";
  let last: Element | undefined;
  for (const text of root.nodeType === Node.TEXT_NODE ? [root as Text] : textsOf(root)) {
    const { parentElement } = text;
    if (!parentElement || !range.intersectsNode(text) || /^(script|style)$/.test(parentElement.localName)) continue;
    const [from, to] = [text === range.startContainer ? range.startOffset : 0, text === range.endContainer ? range.endOffset : text.length];
    const block = blockOf(parentElement);
    words += (block === last || !words ? "" : " ") + text.data.slice(from, to);
    last = block;
    if (words.length > LONG_ENOUGH) break;
  }
  return words;
}

function wholeOf(doc: Document): Range {
  const whole = doc.createRange();
  whole.selectNodeContents(doc.body);
  return whole;
}

/** The first words, in one line. */
export function excerptOf(text: string): string {
  const line = text.slice(0, LONG_ENOUGH).replace(/\s+/g, " ").trim();
  if (line.length <= EXCERPT) return line;
  const cut = line.lastIndexOf(" ", EXCERPT);
  return `${line.slice(0, cut > EXCERPT / 2 ? cut : EXCERPT).trimEnd()}…`;
}

export function passageOf(view: BookView, { doc, index }: Page, range: Range): Passage {
  const start = offsetOf(doc, range.startContainer, range.startOffset);
  return {
    locator: { cfi: view.element.getCFI(index, range) },
    text: doc.getSelection()?.toString().trim() || range.toString(),
    fraction: fractionOf(view, index, start / Math.max(1, lengthOf(doc))),
  };
}

/** How far through the book a part of a section is. */
export function fractionOf(view: BookView, index: number, within: number): number {
  const fractions = view.element.getSectionFractions();
  const [start, end] = [fractions[index] ?? 0, fractions[index + 1] ?? 1];
  return Math.min(1, Math.max(0, start + (end - start) * Math.min(1, within)));
}

/** Sentence by sentence from a place to the end of the book. A part that can't be had is passed over. */
export async function* utterances(
  view: BookView,
  from: { index: number; anchor: unknown },
  shown: (index: number) => Document | undefined,
): AsyncGenerator<Utterance> {
  const { sections, metadata } = view.book;
  for (let index = from.index; index < sections.length; index += 1) {
    if (index !== from.index && sections[index]?.linear === "no") continue;
    const doc = shown(index) ?? (await sections[index]?.createDocument().catch(() => undefined));
    if (!doc?.body) continue;
    const length = Math.max(1, lengthOf(doc));
    const begin = index === from.index ? startOf(from.anchor, doc, length) : 0;
    for (const { text, start, end, language } of sentencesOf(piecesOf(doc, metadata.language ?? ""), begin)) {
      yield { text, language, locator: { section: index, start, end }, fraction: fractionOf(view, index, start / length) };
    }
  }
}

function startOf(anchor: unknown, doc: Document, length: number): number {
  const place: unknown = typeof anchor === "function" ? (anchor as (doc: Document) => unknown)(doc) : anchor;
  if (typeof place === "number") return place * length;
  if (!place) return 0;
  if ("startContainer" in (place as Range)) return offsetOf(doc, (place as Range).startContainer, (place as Range).startOffset);
  return offsetOf(doc, place as Element, 0);
}
