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

/**
 * A page of fixed size among chapters that flow (a plate, a map): its parts stand at places of their own, so that there
 * is nothing to flow. It becomes one box, as large as `room` (CSS pixels) allows. Returns whether the page is one.
 */
export function mendPlate(doc: Document, room: { width: number; height: number }): boolean {
  const said = doc.querySelector('meta[name="viewport"]')?.getAttribute("content") ?? "";
  const [width, height] = ["width", "height"].map((side) => Number(new RegExp(`\\b${side}\\s*=\\s*(\\d+)`).exec(said)?.[1] ?? 0));
  if (!width || !height || ![...doc.body.children].some(isPlaced)) return false;
  const scale = Math.min(room.width / width, room.height / height);
  const box = { position: "relative", width: `${width}px`, height: `${height}px`, zoom: String(scale), overflow: "hidden", "break-inside": "avoid" };
  for (const [name, value] of Object.entries(box)) doc.body.style.setProperty(name, value, "important");
  return true;
}

function isPlaced(element: Element): boolean {
  return getComputedStyle(element).position === "absolute";
}
