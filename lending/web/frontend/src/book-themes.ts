/** The five papers, for the pages around the book and for the book itself, and what a reader asks of its type. */
import { families } from "./book-fonts.ts";
import type { Ink, Look, Paper } from "./pages.ts";

interface Colours {
  page: string;
  ink: string;
  link: string;
  dark: boolean;
}

/** The same values stand in styles/papers.css, for the page around the frame. */
export const papers: Readonly<Record<Paper, Colours>> = {
  light: { page: "#fffdf8", ink: "#221b15", link: "#8a2d20", dark: false },
  sepia: { page: "#f3e7d0", ink: "#43321f", link: "#7d2c12", dark: false },
  grey: { page: "#d9d7d2", ink: "#1f1d1a", link: "#7c2419", dark: false },
  dark: { page: "#1a1613", ink: "#d9cfc0", link: "#eda08a", dark: true },
  contrast: { page: "#000", ink: "#fff", link: "#ffe14d", dark: true },
};

type Pencils = Readonly<Record<Ink, string>>;
const onLight: Pencils = { yellow: "#f7dc6f", green: "#a9d8a0", blue: "#a5cbea", pink: "#f0b4c8", hit: "#b4471f", spoken: "#e8d5b0", left: "#d9d2e4" };
const onDark: Pencils = { yellow: "#c9a227", green: "#5f9e5a", blue: "#4f8fc0", pink: "#c4708f", hit: "#ffb38a", spoken: "#8f7a55", left: "#7d748c" };
const onBlack: Pencils = { yellow: "#ffe14d", green: "#6be36b", blue: "#6cc4ff", pink: "#ff9ec4", hit: "#ffe14d", spoken: "#9a9a9a", left: "#b9a8d8" };

/** The pencils' colours on a paper. */
export function pencils(paper: Paper): Pencils {
  if (paper === "contrast") return onBlack;
  return papers[paper].dark ? onDark : onLight;
}

const SERIF = `"${families.serif}", "Iowan Old Style", "Palatino Linotype", Georgia, serif`;
const stacks = { serif: SERIF, sans: `"${families.sans}", Verdana, sans-serif`, dyslexic: `"${families.dyslexic}", Verdana, sans-serif` };

/** What a book that says nothing about its type gets. Put before the book's own styles. */
const usual = `
  html { line-height: 1.5; font-family: ${SERIF}; }
  body { hyphens: auto; hyphenate-limit-chars: 6 3 2; hanging-punctuation: allow-end last; text-wrap: pretty; }
  h1, h2, h3, h4, h5, h6 { hyphens: manual; text-wrap: balance; break-after: avoid; }`;

/** Letters that mean something by their form keep it: formulas, code, drawings. */
const LETTERS = ":not(math, math *, svg, svg *, pre, pre *, code, code *, kbd, kbd *, samp, samp *, tt, tt *)";
const LINES = "body :not(h1, h2, h3, h4, h5, h6, math, math *, svg, svg *, sup, sub, rt, rp, pre, pre *)";
const TEXTS = "p, li, dd, dt, blockquote, div";

/**
 * CSS before and after the book's own. On light paper a book keeps its colours; on the others it takes the paper's.
 * `fonts` are @font-face rules that the type may use; `room` is how high a page is, in CSS pixels.
 */
export function bookStyle(look: Look, fonts: string, room: number): [string, string] {
  return [fonts + usual, [plain(look, room), colours(look), type(look)].join("\n")];
}

function plain({ size, paper }: Look, room: number): string {
  const { page, ink, link, dark } = papers[paper];
  return `
    @namespace epub "http://www.idpf.org/2007/ops";
    :root { color-scheme: ${dark ? "dark" : "light"}; --theme-bg-color: ${page}; }
    html { background: ${page}; color: ${ink}; font-size: ${size}% !important; -webkit-text-size-adjust: none; }
    p, li, blockquote, dd { widows: 2; orphans: 2; }
    a:any-link, a:any-link * { color: ${link} !important; }
    pre, code { white-space: pre-wrap; overflow-wrap: anywhere; }
    img, svg, video { max-width: 100%; max-height: ${Math.round(room)}px; object-fit: contain; }
    audio { max-width: 100%; }
    [data-wide] { display: block; max-width: 100%; overflow: auto; }
    aside[epub|type~="footnote"], aside[epub|type~="rearnote"] { display: block; }
    ::selection { background: ${dark ? "#6a3426" : "#f0cfc2"}; }`;
}

function colours({ paper }: Look): string {
  if (paper === "light") return "";
  const { ink, dark } = papers[paper];
  const recolour = `
    body, body :not(svg, svg *, img, video, a:any-link, a:any-link *) {
      color: inherit !important; background-color: transparent !important; border-color: currentcolor !important;
    }
    body { color: ${ink} !important; }`;
  // Black lines on a transparent ground (formulas, ornaments, drawings) would be gone on dark paper.
  const ground = `img, body svg { background-color: ${papers.light.page} !important; color: ${papers.light.ink} !important; }`;
  return recolour + (dark ? ground : "");
}

function type({ face, lineHeight, align, hyphens }: Look): string {
  const rules: string[] = [];
  if (face !== "book") rules.push(`body, body ${LETTERS} { font-family: ${stacks[face]} !important; }`);
  if (face === "dyslexic") rules.push("body { letter-spacing: 0.01em; word-spacing: 0.08em; }");
  if (lineHeight) rules.push(`html, body, ${LINES} { line-height: ${lineHeight} !important; }`);
  // Only what the book has set plainly: lines that it centres or puts aside (see markPlainLines) stay where they are.
  if (align !== "book") rules.push(`:is(${TEXTS})[data-plain] { text-align: ${align} !important; }`);
  if (hyphens !== "book") {
    const way = hyphens === "on" ? "auto" : "manual";
    rules.push(`body, body :not(pre, pre *, code, h1, h2, h3, h4, h5, h6) { hyphens: ${way} !important; -webkit-hyphens: ${way} !important; }`);
  }
  return rules.join("\n");
}

/** Marks the paragraphs whose lines simply run from the margin. To be done before anything is asked of their alignment. */
export function markPlainLines(doc: Document): void {
  const plainly = /^(start|left|justify|-webkit-auto)$/;
  const rtl = getComputedStyle(doc.body).direction === "rtl";
  const isPlain = (element: Element) => {
    const { textAlign } = getComputedStyle(element);
    return plainly.test(textAlign) || (rtl && textAlign === "right");
  };
  // First all are looked at, then all are marked: each change in between would style the whole chapter again.
  for (const element of [...doc.body.querySelectorAll<HTMLElement>(TEXTS)].filter(isPlain)) element.dataset["plain"] = "";
}

/** Tables and boxes that are wider than their column are scrolled through in their place. */
export function tameWide(doc: Document, room: number): void {
  for (const element of doc.body.querySelectorAll<HTMLElement>("table, pre, math[display='block']")) {
    if (element.getBoundingClientRect().width > room + 1) element.dataset["wide"] = "";
  }
}
