/** What is drawn on a page: marks, hits, what is being read aloud. Rectangles under the words, in the page's points. */
import type { Box, Decoration } from "./pages.ts";
import { type Span } from "./pdf-words.ts";
import { rounded, SVG, type TextLayer } from "./text-layer.ts";

export class MarkLayer {
  readonly element: SVGSVGElement;
  readonly #words: TextLayer;

  constructor(words: TextLayer) {
    this.#words = words;
    const { width, height } = words.text;
    this.element = document.createElementNS(SVG, "svg");
    this.element.setAttribute("class", "page-marks");
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.element.setAttribute("preserveAspectRatio", "none");
    this.element.setAttribute("aria-hidden", "true");
  }

  draw(decorations: readonly Decoration[]): void {
    this.element.replaceChildren(...decorations.flatMap((decoration) => this.#shapes(decoration)));
  }

  /** The drawn mark at a point of the window. */
  at(x: number, y: number): { id: string; box: Box } | undefined {
    for (const shape of [...this.element.querySelectorAll<SVGElement>(".mark")].reverse()) {
      const { left, top, right, bottom, width, height } = shape.getBoundingClientRect();
      const id = shape.dataset["id"];
      if (id && x >= left && x <= right && y >= top && y <= bottom) return { id, box: { left, top, width, height } };
    }
    return undefined;
  }

  #shapes({ id, locator, ink, noted }: Decoration): SVGElement[] {
    const span = spanOf(locator);
    const boxes = span ? this.#words.boxes(span) : [];
    const shapes = boxes.map((box) => rectangle(box, `mark mark-${ink}`, id));
    const [first] = boxes;
    if (noted && first) {
      const side = Math.min(first.height, first.width, 9);
      shapes.push(rectangle({ left: first.left - side * 0.7, top: first.top - side * 0.5, width: side, height: side }, `mark mark-note mark-${ink}`, id));
    }
    return shapes;
  }
}

/** The passage that a locator of this side means. */
export function spanOf(locator: Readonly<Record<string, unknown>>): Span | undefined {
  const { start, end } = locator;
  return typeof start === "number" && typeof end === "number" && start < end ? { start, end } : undefined;
}

function rectangle({ left, top, width, height }: Box, name: string, id: string): SVGElement {
  const shape = document.createElementNS(SVG, "rect");
  shape.setAttribute("class", name);
  shape.dataset["id"] = id;
  for (const [key, value] of Object.entries({ x: left, y: top, width, height, rx: Math.min(1.5, height / 4) })) {
    shape.setAttribute(key, rounded(Math.max(value, 0)));
  }
  return shape;
}
