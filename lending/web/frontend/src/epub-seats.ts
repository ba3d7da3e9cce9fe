/**
 * Where in a place a page can begin. Books hide headings beyond the page's edge and end in empty lines: foliate would
 * show an empty page for them, or none.
 */
import { isRange } from "./epub-places.ts";

/** The place from its first part that can be seen; else what follows it or stands around it, if anything does. */
export function seatOf(place: Range | Element): Range | Element | undefined {
  if (!isRange(place)) return isInReach(place) ? place : nearest(place);
  return seenFrom(place) ?? nearest(elementAt(place.startContainer, place.startOffset));
}

/** The rectangle with which a place begins, in the frame's own coordinates. */
export function firstRect(place: Range | Element): DOMRect | undefined {
  const rects = [...place.getClientRects()];
  return rects.find(({ width, height }) => width > 0 && height > 0) ?? rects[0];
}

function seenFrom(range: Range): Range | undefined {
  for (const leaf of leavesOf(range)) {
    if (!isInReach(leaf)) continue;
    const seen = range.cloneRange();
    seen.setStart(leaf.startContainer, leaf.startOffset);
    // A range that ends just within a picture, or that is empty, has no rectangles.
    if (seen.comparePoint(leaf.endContainer, leaf.endOffset) > 0) seen.setEnd(leaf.endContainer, leaf.endOffset);
    return seen;
  }
  return undefined;
}

/** Its texts, and its elements without any, one by one. An empty range in a text has the character beside it. */
function* leavesOf(range: Range): Generator<Range> {
  const root = range.commonAncestorContainer;
  const walker = (root.ownerDocument ?? (root as Document)).createTreeWalker(root);
  walker.currentNode = range.startContainer.childNodes[range.startOffset] ?? range.startContainer;
  let begun = false;
  for (let node: Node | null = walker.currentNode; node; node = walker.nextNode()) {
    const within = range.intersectsNode(node);
    if (begun && !within) return;
    begun ||= within;
    const leaf = within && !node.hasChildNodes() ? leafAt(node, range) : undefined;
    if (leaf && !leaf.collapsed) yield leaf;
  }
}

function leafAt(node: Node, range: Range): Range | undefined {
  const leaf = range.cloneRange();
  if (node.nodeType === Node.ELEMENT_NODE) leaf.selectNode(node);
  if (node.nodeType !== Node.TEXT_NODE) return node.nodeType === Node.ELEMENT_NODE ? leaf : undefined;
  const text = node as Text;
  const from = text === range.startContainer ? range.startOffset : 0;
  leaf.selectNodeContents(text);
  if (text === range.endContainer && !range.collapsed) leaf.setEnd(text, range.endOffset);
  leaf.setStart(text, range.collapsed ? Math.max(0, Math.min(from, text.length - 1)) : from);
  return leaf;
}

function elementAt(node: Node, offset: number): Element | null {
  const child = node.childNodes[offset] ?? node;
  return child.nodeType === Node.ELEMENT_NODE ? (child as Element) : child.parentElement;
}

function nearest(element: Element | null): Element | undefined {
  for (let around = element; around && around !== around.ownerDocument.body; around = around.parentElement) {
    for (let next: Element | null = around; next; next = next.nextElementSibling) if (isInReach(next)) return next;
  }
  return undefined;
}

/** Whether it begins within the frame, where a page can come to it. */
function isInReach(place: Range | Element): boolean {
  const rect = firstRect(place);
  const doc = isRange(place) ? place.startContainer.ownerDocument : place.ownerDocument;
  const { innerWidth = 0, innerHeight = 0 } = doc?.defaultView ?? {};
  if (!rect || (isRange(place) && !rect.width && !rect.height)) return false;
  return rect.right >= 0 && rect.left <= innerWidth && rect.bottom >= 0 && rect.top <= innerHeight;
}
