/** What a link's page shows of a book before it is anybody's: its words in their places, its cover. */
import { part } from "./texts.ts";

export interface BookSeen {
  title: string;
  authors: readonly string[];
  cover: string | null;
}

/** Puts text in its place; a line without text goes, with its label. What stands there already is not said again. */
export function fill(id: string, text: string): void {
  const place = part(id);
  if (place.textContent !== text) place.textContent = text;
  (place.closest<HTMLElement>("[data-line]") ?? place).hidden = text === "";
}

/** Shows one of the page's sections, and brings those who don't see to its heading. */
export function showOnly(id: string, sections: readonly string[]): void {
  if (!part(id).hidden) return;
  for (const one of sections) part(one).hidden = one !== id;
  part(id).querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
}

/** `place` is the id of the cover's frame, which holds the cloth that a book without a cover wears. */
export function showCover({ cover, title, authors }: BookSeen, place: string): void {
  const frame = part(place);
  if (cover?.startsWith("data:image/")) {
    const image = new Image();
    image.src = cover;
    image.alt = "";
    frame.replaceChildren(image);
    return;
  }
  fill("cloth-title", title);
  fill("cloth-author", authors[0] ?? "");
  frame.querySelector(".cloth")?.classList.add(`cloth-${bindingOf(title)}`);
}

/** Which of the eight cloths a book is bound in: the one that its owner sees on the shelf. */
function bindingOf(title: string): number {
  return (new TextEncoder().encode(title).reduce((sum, byte) => sum + byte, 0) % 8) + 1;
}
