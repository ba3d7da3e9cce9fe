/** Where a passage of a frame is in the window, whatever scale and scroll the frame has. */
import type { Box } from "./pages.ts";
import { textsOf } from "./epub-offsets.ts";

/** The rectangles of the text in a range, in the frame's own coordinates: no boxes of whole blocks among them. */
export function linesOf(range: Range): DOMRect[] {
  const root = range.commonAncestorContainer;
  const texts = root.nodeType === Node.TEXT_NODE ? [root as Text] : textsOf(root).filter((text) => range.intersectsNode(text));
  return texts.flatMap((text) => {
    const part = text.ownerDocument.createRange();
    part.selectNodeContents(text);
    if (text === range.startContainer) part.setStart(text, range.startOffset);
    if (text === range.endContainer) part.setEnd(text, range.endOffset);
    if (part.collapsed || !part.toString().trim()) return [];
    return [...part.getClientRects()].filter(({ width, height }) => width > 0 && height > 0);
  });
}

/** A place's rectangles in its frame; what has no text has those of its boxes. */
export function rectsOf(place: Range | Element): DOMRect[] {
  const lines = isRange(place) ? linesOf(place) : [];
  return lines.length ? lines : [...place.getClientRects()];
}

export function isRange(place: Range | Element): place is Range {
  return "startContainer" in place;
}

export function inWindow(rect: Box, doc: Document): Box {
  const frame = doc.defaultView?.frameElement as HTMLElement | null | undefined;
  if (!frame) return rect;
  const box = frame.getBoundingClientRect();
  const scale = frame.offsetWidth ? box.width / frame.offsetWidth : 1;
  return {
    left: box.left + rect.left * scale,
    top: box.top + rect.top * scale,
    width: rect.width * scale,
    height: rect.height * scale,
  };
}

/** The smallest box around them all. */
export function around(boxes: readonly Box[]): Box {
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.left + box.width));
  const bottom = Math.max(...boxes.map((box) => box.top + box.height));
  return boxes.length ? { left, top, width: right - left, height: bottom - top } : { left: 0, top: 0, width: 0, height: 0 };
}

export function meet(one: Box, other: Box): boolean {
  return (
    one.left < other.left + other.width && other.left < one.left + one.width &&
    one.top < other.top + other.height && other.top < one.top + one.height
  );
}
