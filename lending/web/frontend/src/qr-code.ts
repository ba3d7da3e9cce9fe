/** A QR code that the server drew, put into the page as a drawing: who can't see it has the address beside it. */

export function drawnCode(svg: string): Node {
  const drawing = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  drawing.setAttribute("aria-hidden", "true");
  return document.importNode(drawing, true);
}
