/** The five papers, for the pages around the book and for the book itself. */
import type { Look, Paper } from "./pages.ts";

interface Colours {
  page: string;
  ink: string;
  link: string;
}

/** The same values stand in styles/papers.css, for the page around the frame. */
export const papers: Readonly<Record<Paper, Colours>> = {
  light: { page: "#fffdf8", ink: "#221b15", link: "#8a2d20" },
  sepia: { page: "#f3e7d0", ink: "#43321f", link: "#7d2c12" },
  grey: { page: "#d9d7d2", ink: "#1f1d1a", link: "#7c2419" },
  dark: { page: "#1a1613", ink: "#d9cfc0", link: "#eda08a" },
  contrast: { page: "#000", ink: "#fff", link: "#ffe14d" },
};

/** What a book that says nothing about its type gets. Put before the book's own styles. */
const usual = `
  html { line-height: 1.5; font-family: "Literata Variable", "Iowan Old Style", "Palatino Linotype", Georgia, serif; }
  body { hyphens: auto; }`;

/**
 * CSS before and after the book's own. On light paper a book keeps its colours; on the others it takes the paper's.
 * `fonts` are @font-face rules that the usual type may use.
 */
export function bookStyle({ paper, size }: Look, fonts: string): [string, string] {
  const { page, ink, link } = papers[paper];
  const isDark = paper === "dark" || paper === "contrast";
  const recolour =
    paper === "light"
      ? ""
      : `
    body, body :not(svg, svg *, img, video, a:any-link, a:any-link *) {
      color: inherit !important; background-color: transparent !important; border-color: currentcolor !important;
    }
    body { color: ${ink} !important; }`;
  const settled = `
    @namespace epub "http://www.idpf.org/2007/ops";
    :root { color-scheme: ${isDark ? "dark" : "light"}; --theme-bg-color: ${page}; }
    html { background: ${page}; color: ${ink}; font-size: ${size}% !important; }
    p, li, blockquote, dd { widows: 2; orphans: 2; }
    a:any-link, a:any-link * { color: ${link} !important; }
    pre { white-space: pre-wrap; }
    aside[epub|type~="footnote"], aside[epub|type~="rearnote"] { display: block; }
    ::selection { background: ${isDark ? "#6a3426" : "#f0cfc2"}; }
    ${recolour}`;
  return [fonts + usual, settled];
}
