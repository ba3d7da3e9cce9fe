/** The note behind a number in the text, brought to where the number stands. */
import type { Destination } from "./epub-adapter.ts";
import { copyOf, isNoteNumber, lookOf, noteAt } from "./epub-notes.ts";
import type { BookView } from "./epub-view.ts";
import type { Direction, Note } from "./pages.ts";

/** Undefined if the link is not a note's number: then it is to be followed. */
export async function noteBehind(
  view: BookView,
  link: Element,
  href: string,
  shown: (index: number) => Document | undefined,
): Promise<Note | undefined> {
  const certainty = isNoteNumber(lookOf(link));
  const place = certainty === "no" ? null : view.book.resolveHref(href);
  if (!place || !href.includes("#")) return undefined;
  const doc = shown(place.index) ?? (await view.book.sections[place.index]?.createDocument());
  const note = doc && elementAt(place, doc, certainty === "yes");
  if (!note || note.contains(link)) return undefined;
  const section = view.book.sections[place.index];
  return {
    body: copyOf(note, (inner) => linkLike(inner, section?.resolveHref(inner.getAttribute("href") ?? "") ?? "", view)),
    language: note.closest("[lang]")?.getAttribute("lang") ?? view.book.metadata.language ?? "",
    direction: directionOf(note, view),
    target: href,
    box: view.boxOf(link, link.ownerDocument),
  };
}

function elementAt({ anchor }: Destination, doc: Document, certain: boolean): Element | undefined {
  const target = anchor(doc);
  return typeof target === "object" && "closest" in target ? noteAt(target, certain) : undefined;
}

/** A link inside a note that stays inside the book, in the words of `Pages.go`. Of any other only the words stay. */
function linkLike(link: Element, href: string, view: BookView): HTMLElement | undefined {
  if (!link.hasAttribute("href") || !view.book.resolveHref(href)) return undefined;
  const made = document.createElement("a");
  made.setAttribute("href", href);
  return made;
}

function directionOf(note: Element, view: BookView): Direction {
  const said = note.closest("[dir]")?.getAttribute("dir");
  if (said === "rtl" || said === "ltr") return said;
  return note.ownerDocument.defaultView?.getComputedStyle(note).direction === "rtl" ? "rtl" : view.book.dir;
}
