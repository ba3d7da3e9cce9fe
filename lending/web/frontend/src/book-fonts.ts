/** The house's serif inside a book's frame, for books that bring no face of their own. */

let faces: string | undefined;

/** The @font-face rules of this page, with addresses that also hold from within a frame. */
export function houseFonts(): string {
  faces ??= [...document.styleSheets].flatMap(fontFacesOf).join("\n");
  return faces;
}

function fontFacesOf(sheet: CSSStyleSheet): string[] {
  const from = sheet.href ?? location.href;
  return [...sheet.cssRules]
    .filter((rule) => rule instanceof CSSFontFaceRule)
    .map(({ cssText }) => cssText.replace(/url\("?([^")]+)"?\)/g, (_, address: string) => `url("${new URL(address, from)}")`));
}
