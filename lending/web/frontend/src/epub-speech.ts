/** What is read aloud of a section: sentence by sentence, without what is only for the eye. */
import { typesOf } from "./epub-notes.ts";
import { textsOf } from "./epub-offsets.ts";
import { segmenter } from "./segmenting.ts";

/** One text node. */
export interface Piece {
  text: string;
  /** Its place in the section's text, UTF-16. */
  start: number;
  language: string;
  /** Which paragraph it belongs to: a sentence never goes beyond. */
  block: unknown;
}

export interface Sentence {
  text: string;
  start: number;
  end: number;
  language: string;
}

/** A sentence longer than this is cut where it breathes: voices fall silent in the middle of very long ones. */
const LONGEST = 400;

/** The sentences of the pieces, from `from` on: the one that `from` falls into begins there. */
export function* sentencesOf(pieces: readonly Piece[], from = 0): Generator<Sentence> {
  for (const block of blocksOf(pieces)) {
    const text = block.map((piece) => piece.text).join("");
    const language = block.find((piece) => piece.text.trim())?.language ?? "";
    for (const { segment, index } of segments(text, language)) {
      const [start, end] = [placeIn(block, index), placeIn(block, index + segment.trimEnd().length, "end")];
      if (end <= from) continue;
      const begun = Math.max(0, textBefore(block, from) - index);
      const said = segment.slice(begun).replace(/\s+/g, " ").trim();
      if (/[\p{L}\p{N}]/u.test(said)) yield { text: said, start: Math.max(start, from), end, language };
    }
  }
}

function* blocksOf(pieces: readonly Piece[]): Generator<Piece[]> {
  let block: Piece[] = [];
  for (const piece of pieces) {
    if (block.length && block[0]?.block !== piece.block) {
      yield block;
      block = [];
    }
    block.push(piece);
  }
  if (block.length) yield block;
}

/** How much of the block's text stands before a place of the section. */
function textBefore(block: readonly Piece[], place: number): number {
  let before = 0;
  for (const { text, start } of block) before += Math.max(0, Math.min(text.length, place - start));
  return before;
}

function placeIn(block: readonly Piece[], index: number, edge: "start" | "end" = "start"): number {
  let before = 0;
  for (const { text, start } of block) {
    const within = index - before;
    if (edge === "start" ? within < text.length : within <= text.length) return start + within;
    before += text.length;
  }
  const last = block.at(-1);
  return last ? last.start + last.text.length : 0;
}

function* segments(text: string, language: string): Generator<{ segment: string; index: number }> {
  for (const { segment, index } of segmenter(language, "sentence").segment(text)) {
    if (segment.length <= LONGEST) yield { segment, index };
    else yield* breaths(segment, index);
  }
}

function* breaths(segment: string, index: number): Generator<{ segment: string; index: number }> {
  let begun = 0;
  while (segment.length - begun > LONGEST) {
    const window = segment.slice(begun, begun + LONGEST);
    const comma = Math.max(...[",", ";", ":", "、", "，", "—", " "].map((sign) => window.lastIndexOf(sign)));
    const cut = comma > LONGEST / 4 ? comma + 1 : LONGEST;
    yield { segment: segment.slice(begun, begun + cut), index: index + begun };
    begun += cut;
  }
  yield { segment: segment.slice(begun), index: index + begun };
}

const BLOCKS = new Set(
  "address article aside blockquote body caption dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header li main nav ol p pre section table td th tr ul".split(" "),
);
const SILENT = new Set("script style rt rp rtc audio video title desc metadata template".split(" "));
const SILENT_TYPES = ["noteref", "doc-noteref", "pagebreak", "doc-pagebreak"];

/** The text nodes that are to be spoken. `language` is the book's, where no element says another. */
export function piecesOf(doc: Document, language: string): Piece[] {
  const pieces: Piece[] = [];
  const silence = new Map<Element, boolean>();
  let [start, block] = [0, 0];
  let [lastBlock, lastBreak]: [Element | undefined, Node | undefined] = [undefined, undefined];
  const breaks = [...doc.body.querySelectorAll("br")];
  let breakAt = 0;
  for (const node of textsOf(doc.body)) {
    const parent = node.parentElement ?? doc.body;
    while (breaks[breakAt] && breaks[breakAt]!.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) lastBreak = breaks[breakAt++];
    const own = blockOf(parent);
    if (own !== lastBlock || lastBreak) block += 1;
    [lastBlock, lastBreak] = [own, undefined];
    if (!isSilent(parent, silence)) pieces.push({ text: node.data, start, language: languageOf(parent) || language, block });
    start += node.length;
  }
  return pieces;
}

/** The paragraph, heading, cell … that an element belongs to. */
export function blockOf(element: Element): Element {
  let one = element;
  while (!BLOCKS.has(one.localName) && one.parentElement) one = one.parentElement;
  return one;
}

function languageOf(element: Element): string {
  const said = element.closest("[lang], [*|lang]");
  return said?.getAttribute("lang") ?? said?.getAttributeNS("http://www.w3.org/XML/1998/namespace", "lang") ?? "";
}

function isSilent(element: Element, known: Map<Element, boolean>): boolean {
  const before = known.get(element);
  if (before !== undefined) return before;
  const silent = isSilentItself(element) || (element.parentElement !== null && isSilent(element.parentElement, known));
  known.set(element, silent);
  return silent;
}

function isSilentItself(element: Element): boolean {
  if (SILENT.has(element.localName) || element.hasAttribute("hidden") || element.getAttribute("aria-hidden") === "true") return true;
  if (typesOf(element).some((type) => SILENT_TYPES.includes(type))) return true;
  if (element.localName === "sup" && element.querySelector("a[href]") && (element.textContent ?? "").length < 6) return true;
  const style = element.ownerDocument.defaultView?.getComputedStyle(element);
  return style?.display === "none" || style?.visibility === "hidden";
}
