/** The words over a page's picture: transparent, selectable, found by screen readers and by the browser's search. */
import type { Box } from "./pages.ts";
import { type Line, linesBetween, lineStarts, type PageText, type Span } from "./pdf-words.ts";
import { wordAt } from "./segmenting.ts";

export const SVG = "http://www.w3.org/2000/svg";
/** Where the baseline stands in a line's box, for want of the font's own figures. */
const BASELINE = 0.8;

export class TextLayer {
  /** An SVG whose sizes stand in attributes only: the page's policy forbids inline styles. */
  readonly element: SVGSVGElement;
  readonly text: PageText;
  readonly #lines: (SVGTextElement | undefined)[];

  constructor(text: PageText) {
    this.text = text;
    this.element = document.createElementNS(SVG, "svg");
    this.element.setAttribute("class", "page-text");
    this.element.setAttribute("viewBox", `0 0 ${text.width} ${text.height}`);
    this.element.setAttribute("preserveAspectRatio", "none");
    this.#lines = text.lines.map((line) => (line[4].trim() ? lineElement(line) : undefined));
    this.element.append(...this.#lines.filter((line) => line !== undefined));
  }

  /** The rectangles of a passage, one for each line, in the page's points. The layer must be in the document. */
  boxes(span: Span): Box[] {
    return linesBetween(this.text.lines, span).flatMap(({ line, from, to }) => {
      const [element, place] = [this.#lines[line], this.text.lines[line]];
      if (!element || !place) return [];
      const [x, y, width, height] = place;
      const [first, last] = [extentOf(element, from), extentOf(element, to - 1)];
      if (isUpright(place)) {
        const top = Math.max(y, Math.min(first.y, last.y));
        return [{ left: x, top, width, height: Math.min(y + height, Math.max(first.y + first.height, last.y + last.height)) - top }];
      }
      const left = Math.max(x, Math.min(first.x, last.x));
      return [{ left, top: y, width: Math.min(x + width, Math.max(first.x + first.width, last.x + last.width)) - left, height }];
    });
  }

  /** Selects the word at a point of the window. Browsers lose their way in words that are stretched to fit. */
  chooseWord(x: number, y: number): void {
    const element = this.#lines.find((line) => line && line === document.elementFromPoint(x, y));
    const away = element?.getScreenCTM()?.inverse();
    if (!element?.firstChild || !away) return;
    const { x: across, y: down } = new DOMPoint(x, y).matrixTransform(away);
    const word = wordAt(element.textContent ?? "", element.getCharNumAtPosition(new DOMPoint(across, down)));
    if (word) getSelection()?.setBaseAndExtent(element.firstChild, word.start, element.firstChild, word.end);
  }

  /** What a range of the document covers of this page's text; undefined if nothing. */
  spanOf(range: Range): Span | undefined {
    const starts = lineStarts(this.text.lines);
    let span: Span | undefined;
    this.#lines.forEach((element, line) => {
      if (!element || !range.intersectsNode(element)) return;
      const [begin, length] = [starts[line] ?? 0, this.text.lines[line]?.[4].length ?? 0];
      const from = element.contains(range.startContainer) ? Math.min(offsetIn(range.startContainer, range.startOffset, length), length) : 0;
      const to = element.contains(range.endContainer) ? Math.min(offsetIn(range.endContainer, range.endOffset, length), length) : length;
      if (from < to) span = { start: span?.start ?? begin + from, end: begin + to };
    });
    return span;
  }
}

/** Some signs share one place (an accent, a ligature): a line may have fewer places than characters. */
function extentOf(element: SVGTextElement, character: number): DOMRect {
  return element.getExtentOfChar(Math.min(character, element.getNumberOfChars() - 1));
}

/** A place in a line. In the element itself it is before or behind all of its text. */
function offsetIn(container: Node, offset: number, length: number): number {
  return container.nodeType === Node.TEXT_NODE ? offset : offset && length;
}

function isUpright([, , width, height, words]: Line): boolean {
  return height > 2 * width && words.length > 1;
}

function lineElement(place: Line): SVGTextElement {
  const [x, y, width, height, words] = place;
  const upright = isUpright(place);
  const element = document.createElementNS(SVG, "text");
  const [thickness, length] = upright ? [width, height] : [height, width];
  element.setAttribute("font-size", rounded(thickness));
  element.setAttribute("x", rounded(upright ? x + width / 2 : x));
  element.setAttribute("y", rounded(upright ? y : y + height * BASELINE));
  element.setAttribute("textLength", rounded(Math.max(length, 0.1)));
  element.setAttribute("lengthAdjust", "spacingAndGlyphs");
  if (upright) element.setAttribute("writing-mode", "vertical-rl");
  // The line's end is part of its text, or copied lines would run into each other.
  element.textContent = `${words}\n`;
  return element;
}

export function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}
