/**
 * Places in a section as offsets in its text: the text nodes of the body one after the other, in UTF-16 code units.
 * The server's search counts the same way, so a pair of offsets is the very passage that it found.
 */

export interface Spot {
  /** Which text, from 0. */
  at: number;
  offset: number;
}

/** The text in which `offset` falls. A start stands before a character, an end behind one: at a seam they differ. */
export function spotOf(lengths: readonly number[], offset: number, edge: "start" | "end"): Spot | undefined {
  let before = 0;
  for (const [at, length] of lengths.entries()) {
    const within = offset - before;
    const fits = edge === "start" ? within < length : within <= length && (within > 0 || offset === 0);
    if (length && within >= 0 && fits) return { at, offset: within };
    before += length;
  }
  const last = lengths.findLastIndex((length) => length > 0);
  // Beyond the end means the end: the book may have been cleaned differently since the offset was made.
  return last < 0 ? undefined : { at: last, offset: lengths[last] ?? 0 };
}

export function textsOf(root: Node): Text[] {
  const walker = (root.ownerDocument ?? (root as Document)).createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_CDATA_SECTION);
  const texts: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node as Text);
  return texts;
}

/** The passage from `start` to `end` of the document's text; its start if there is no text. */
export function rangeAt(doc: Document, start: number, end: number): Range {
  const texts = textsOf(doc.body);
  const lengths = texts.map(({ length }) => length);
  const [from, to] = [spotOf(lengths, start, "start"), spotOf(lengths, Math.max(start, end), "end")];
  const range = doc.createRange();
  range.selectNodeContents(doc.body);
  const [first, last] = [texts[from?.at ?? -1], texts[to?.at ?? -1]];
  if (!from || !to || !first || !last) {
    range.collapse(true);
    return range;
  }
  range.setStart(first, from.offset);
  if (end > start) range.setEnd(last, to.offset);
  else range.collapse(true);
  return range;
}

/** Where in the body's text a point stands. */
export function offsetOf(doc: Document, node: Node, offset: number): number {
  const before = doc.createRange();
  before.selectNodeContents(doc.body);
  if (before.comparePoint(node, offset) < 0) return 0;
  if (before.comparePoint(node, offset) > 0) return lengthOf(doc);
  before.setEnd(node, offset);
  return before.toString().length;
}

/** How long the body's text is. */
export function lengthOf(doc: Document): number {
  const whole = doc.createRange();
  whole.selectNodeContents(doc.body);
  return whole.toString().length;
}
