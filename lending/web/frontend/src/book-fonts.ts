/** The house's faces inside a book's frame. */
import type { Face } from "./pages.ts";

/** The families as their style sheets name them. A book without a face of its own gets the serif. */
export const families: Readonly<Record<Face, string>> = {
  book: "Literata Variable",
  serif: "Literata Variable",
  sans: "Atkinson Hyperlegible Next Variable",
  dyslexic: "OpenDyslexic",
};

let faces: CSSFontFaceRule[] | undefined;

/** The @font-face rules that `face` needs, with addresses that also hold from within a frame. */
export function houseFonts(face: Face): string {
  faces ??= [...document.styleSheets].flatMap(fontFacesOf);
  const wanted = new Set([families.book, families[face]]);
  return faces.filter((rule) => wanted.has(familyOf(rule))).map(portable).join("\n");
}

function fontFacesOf(sheet: CSSStyleSheet): CSSFontFaceRule[] {
  return [...sheet.cssRules].filter((rule) => rule instanceof CSSFontFaceRule);
}

function familyOf(rule: CSSFontFaceRule): string {
  return rule.style.getPropertyValue("font-family").replace(/["']/g, "").trim();
}

function portable({ cssText, parentStyleSheet }: CSSFontFaceRule): string {
  const from = parentStyleSheet?.href ?? location.href;
  return cssText.replace(/url\("?([^")]+)"?\)/g, (_, address: string) => `url("${new URL(address, from)}")`);
}
