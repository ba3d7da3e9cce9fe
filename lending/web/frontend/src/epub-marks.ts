/** Marks, hits and what is being read aloud, drawn over the pages; and which of them a finger touches. */
import { Overlayer } from "foliate-js/overlayer.js";
import { pencils } from "./book-themes.ts";
import type { Destination } from "./epub-adapter.ts";
import { linesOf, meet } from "./epub-places.ts";
import type { BookView } from "./epub-view.ts";
import type { Decoration, Locator, Paper } from "./pages.ts";

export type Kind = "marks" | "hits" | "spoken";

interface Drawn {
  range: Range;
  decoration: Decoration;
  paper: Paper;
}

const SVG = "http://www.w3.org/2000/svg";
const kinds: readonly Kind[] = ["spoken", "hits", "marks"];

export class Marks {
  readonly #wanted = new Map<Kind, readonly Decoration[]>();
  /** By document: what is drawn there now. */
  readonly #drawn = new WeakMap<Document, Map<string, Drawn>>();
  /** A fixed layout has no overlay of foliate's. */
  readonly #own = new WeakMap<Document, Overlayer>();
  readonly #resolve: (locator: Locator) => Destination | null;

  constructor(resolve: (locator: Locator) => Destination | null) {
    this.#resolve = resolve;
  }

  want(kind: Kind, decorations: readonly Decoration[]): void {
    this.#wanted.set(kind, decorations);
  }

  /** Draws all that is wanted on the pages of `view`, anew. */
  draw(view: BookView, paper: Paper): void {
    for (const { doc, index } of view.pages()) {
      const overlayer = view.renderer.getContents().find((one) => one.doc === doc)?.overlayer ?? this.#ownOverlay(doc);
      overlayer.element.style.mixBlendMode = paper === "dark" || paper === "contrast" ? "normal" : "multiply";
      this.#drawOn(doc, index, overlayer, paper);
    }
  }

  /** The mark at a point of a document (its own coordinates). The last drawn lies on top. */
  at(doc: Document, x: number, y: number): Drawn | undefined {
    const point = { left: x - 1, top: y - 1, width: 2, height: 2 };
    const marks = [...(this.#drawn.get(doc)?.entries() ?? [])].filter(([key]) => key.startsWith("marks "));
    return marks.map(([, drawn]) => drawn).findLast(({ range }) => linesOf(range).some((rect) => meet(rect, point)));
  }

  #drawOn(doc: Document, index: number, overlayer: Overlayer, paper: Paper): void {
    for (const key of this.#drawn.get(doc)?.keys() ?? []) overlayer.remove(key);
    const drawn = new Map<string, Drawn>();
    this.#drawn.set(doc, drawn);
    for (const kind of kinds) {
      for (const decoration of this.#wanted.get(kind) ?? []) {
        const range = this.#rangeOf(decoration, doc, index);
        if (!range) continue;
        const key = `${kind} ${decoration.id}`;
        drawn.set(key, { range, decoration, paper });
        overlayer.add(key, range, (_, what: Drawn) => pictureOf(what), { range, decoration, paper });
      }
    }
  }

  #rangeOf({ locator }: Decoration, doc: Document, index: number): Range | undefined {
    const destination = this.#resolve(locator);
    if (destination?.index !== index) return undefined;
    const place = destination.anchor(doc);
    if (typeof place === "number") return undefined;
    if ("startContainer" in place) return place.collapsed ? undefined : place;
    const range = doc.createRange();
    range.selectNodeContents(place);
    return range;
  }

  /** Beside the body, so that no place in the book's own text changes. */
  #ownOverlay(doc: Document): Overlayer {
    let overlayer = this.#own.get(doc);
    if (!overlayer) {
      overlayer = new Overlayer(doc);
      this.#own.set(doc, overlayer);
      doc.documentElement.append(overlayer.element);
    }
    return overlayer;
  }
}

/** foliate hands the rectangles of paragraphs over; headings and lists are text too, so they are measured here. */
function pictureOf({ range, decoration: { ink, noted }, paper }: Drawn): SVGElement {
  const picture = document.createElementNS(SVG, "g");
  const colour = pencils(paper)[ink];
  const lines = linesOf(range);
  for (const rect of lines) picture.append(ink === "hit" ? outline(rect, colour) : fill(rect, colour, paper));
  const last = lines.at(-1);
  if (noted && last) picture.append(noteSign(last, colour, paper));
  return picture;
}

function box({ left, top, width, height }: DOMRect, grow: number): SVGElement {
  const element = document.createElementNS(SVG, "rect");
  const sides = { x: left - grow, y: top - grow, width: width + 2 * grow, height: height + 2 * grow, rx: 2 };
  for (const [name, value] of Object.entries(sides)) element.setAttribute(name, String(value));
  return element;
}

function fill(rect: DOMRect, colour: string, paper: Paper): SVGElement {
  const element = box(rect, 0);
  element.setAttribute("fill", colour);
  element.setAttribute("fill-opacity", paper === "dark" || paper === "contrast" ? "0.42" : "0.85");
  return element;
}

function outline(rect: DOMRect, colour: string): SVGElement {
  const element = box(rect, 2);
  element.setAttribute("fill", "none");
  element.setAttribute("stroke", colour);
  element.setAttribute("stroke-width", "2");
  return element;
}

/** A dot at the end of the passage: something is written about it. */
function noteSign({ right, top }: DOMRect, colour: string, paper: Paper): SVGElement {
  const sign = document.createElementNS(SVG, "circle");
  for (const [name, value] of Object.entries({ cx: right + 1, cy: top + 1, r: 4.5 })) sign.setAttribute(name, String(value));
  sign.setAttribute("fill", colour);
  sign.setAttribute("stroke", paper === "dark" || paper === "contrast" ? "#fff" : "#4a3a28");
  sign.setAttribute("stroke-width", "1.5");
  return sign;
}
