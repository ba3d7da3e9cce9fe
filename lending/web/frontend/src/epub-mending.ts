/** What foliate expects of a page and not every page has. */

/** foliate lays out a body. Whatever a frame shows without one (bare XML, say) keeps its words and gets one. */
export function mendBody(doc: Document): void {
  if (doc.body) return;
  const words = doc.documentElement?.textContent ?? "";
  const page = new DOMParser().parseFromString("<!doctype html><html><head></head><body></body></html>", "text/html");
  page.body.textContent = words;
  doc.replaceChildren(doc.adoptNode(page.documentElement));
}

/** Fixed layout needs a size in figures. Books also say "device-width", or nothing beside a picture. */
export function mendViewport(doc: Document): void {
  const said = doc.querySelector('meta[name="viewport"]');
  if (!said || /width\s*=\s*\d/.test(said.getAttribute("content") ?? "")) return;
  const picture = doc.querySelector("img");
  const [width, height] = picture?.naturalWidth ? [picture.naturalWidth, picture.naturalHeight] : [1000, 1414];
  said.setAttribute("content", `width=${width}, height=${height}`);
}
