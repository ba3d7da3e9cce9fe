/** The words over a page's picture: transparent, selectable, found by screen readers and by the browser's search. */

export interface PageText {
  width: number;
  height: number;
  /** x, y, width, height (points, from the top left) and the text. */
  lines: readonly (readonly [number, number, number, number, string])[];
}

const SVG = "http://www.w3.org/2000/svg";
/** Where the baseline stands in a line's box, for want of the font's own figures. */
const BASELINE = 0.8;

/** An SVG whose sizes stand in attributes only: the page's policy forbids inline styles. */
export function textLayer(text: PageText): SVGSVGElement {
  const layer = document.createElementNS(SVG, "svg");
  layer.setAttribute("class", "page-text");
  layer.setAttribute("viewBox", `0 0 ${text.width} ${text.height}`);
  layer.setAttribute("preserveAspectRatio", "none");
  for (const [x, y, width, height, words] of text.lines) {
    if (words.trim()) layer.append(line(x, y, width, height, words));
  }
  return layer;
}

function line(x: number, y: number, width: number, height: number, words: string): SVGTextElement {
  const upright = height > 2 * width && words.length > 1;
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

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}
