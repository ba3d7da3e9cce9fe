/** Footnotes: which links are numbers of notes, and what of the note's own markup comes along when it is shown. */

export interface LinkLook {
  /** What the book itself calls it: epub:type and role, each in words. */
  types: readonly string[];
  text: string;
  /** Raised above the line, or inside something that is. */
  raised: boolean;
}

const SAID = ["noteref", "doc-noteref", "biblioref", "doc-biblioref", "glossref", "doc-glossref"];
const BACK = ["backlink", "doc-backlink", "referrer"];
const NUMBER = /^[[({]?\s*(?:\d{1,4}[a-z]?|[ivxlc]{1,7}|[a-z]|[*†‡§¶‖#]{1,4}|[①-⑳])\s*[\])}.]?$/iu;

/** "yes" if the book says so; "maybe" if it looks like one, and what it leads to must decide. */
export function isNoteNumber({ types, text, raised }: LinkLook): "yes" | "maybe" | "no" {
  if (types.some((type) => BACK.includes(type))) return "no";
  if (types.some((type) => SAID.includes(type))) return "yes";
  const words = text.trim();
  const bracketed = /^[[({].*[\])}]$|^[*†‡]+$/u.test(words);
  return NUMBER.test(words) && (raised || bracketed) ? "maybe" : "no";
}

export function typesOf(element: Element | null | undefined): string[] {
  const types = element?.getAttributeNS("http://www.idpf.org/2007/ops", "type") ?? element?.getAttribute("epub:type") ?? "";
  return `${types} ${element?.getAttribute("role") ?? ""}`.trim().toLowerCase().split(/\s+/).filter(Boolean);
}

/** How a link in a shown page looks. */
export function lookOf(link: Element): LinkLook {
  const near = [link, link.parentElement, ...(link.children.length === 1 ? [link.children[0]] : [])];
  return { types: typesOf(link), text: link.textContent ?? "", raised: near.some((element) => element && isRaised(element)) };
}

function isRaised(element: Element): boolean {
  if (element.localName === "sup") return true;
  const align = element.ownerDocument.defaultView?.getComputedStyle(element).verticalAlign ?? "";
  return /^(super|top|text-top)$/.test(align) || parseFloat(align) > 0;
}

const LONGEST_NOTE = 6_000;
const NOTE_TYPES = /note|biblioentry|glossdef|definition/;
const BLOCK = "aside, li, dd, dt, p, div, section, blockquote, td, tr, figure, body";

/** The note that begins at `target`, if it is one: an aside, a list's item, a short block. */
export function noteAt(target: Element, certain: boolean): Element | undefined {
  const named = target.closest("aside, li, dd") ?? [target, target.parentElement].find((one) => one && typesOf(one).some((type) => NOTE_TYPES.test(type)));
  let note = named ?? target.closest(BLOCK) ?? target;
  if (note.localName === "dt") note = note.nextElementSibling ?? note;
  const length = note.textContent?.trim().length ?? 0;
  if (note === target.ownerDocument.body || length === 0 || length > LONGEST_NOTE) return undefined;
  return certain || named || isShortBlock(note) ? note : undefined;
}

function isShortBlock(note: Element): boolean {
  return !/^h[1-6]$/.test(note.localName) && !note.querySelector("h1, h2, h3, h4, h5, h6") && (note.textContent?.length ?? 0) < 2_000;
}

const HARMLESS = new Set(
  "p div span br em strong i b cite q blockquote sup sub small ul ol li dl dt dd code pre abbr dfn ruby rt rp rb table tbody thead tr td th hr bdi bdo s u mark".split(" "),
);
const MATH = "http://www.w3.org/1998/Math/MathML";
const MATH_PARTS = new Set(
  "math mrow mi mn mo mtext mspace msqrt mroot mfrac msup msub msubsup munder mover munderover mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts none".split(" "),
);
const LEFT_OUT = new Set("script style template iframe object embed audio video img svg form input button select textarea link meta annotation annotation-xml".split(" "));

/**
 * A copy made of harmless elements only, without anything but language and direction; other elements leave their words.
 * Links are made by `internal`, for those that stay inside the book; links back to the number are left out.
 */
export function copyOf(note: Element, internal: (link: Element) => HTMLElement | undefined): DocumentFragment {
  const body = document.createDocumentFragment();
  for (const child of note.childNodes) copyInto(body, child, internal);
  return body;
}

function copyInto(into: Node, node: Node, internal: (link: Element) => HTMLElement | undefined): void {
  if (node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE) into.appendChild(document.createTextNode(node.nodeValue ?? ""));
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  const element = node as Element;
  const name = element.localName.toLowerCase();
  if (LEFT_OUT.has(name) || isWayBack(element)) return;
  const made = madeLike(element, name, internal);
  if (made) into.appendChild(made);
  for (const child of element.childNodes) copyInto(made ?? into, child, internal);
}

function madeLike(element: Element, name: string, internal: (link: Element) => HTMLElement | undefined): Element | undefined {
  if (name === "a") return internal(element);
  const math = element.namespaceURI === MATH;
  if (!(math ? MATH_PARTS : HARMLESS).has(name)) return undefined;
  const made = math ? document.createElementNS(MATH, name) : document.createElement(name);
  const [lang, dir] = [element.getAttribute("lang") ?? element.getAttribute("xml:lang"), element.getAttribute("dir")];
  if (lang) made.setAttribute("lang", lang);
  if (dir && /^(ltr|rtl|auto)$/.test(dir)) made.setAttribute("dir", dir);
  return made;
}

/** "↩", "Back", the number itself: what only leads back to where the note was called. */
function isWayBack(element: Element): boolean {
  if (element.localName !== "a") return false;
  return typesOf(element).some((type) => BACK.includes(type)) || /^[\s↩↑⏎^«<←\ufe0e\ufe0f]*$/u.test(element.textContent ?? "") || NUMBER.test((element.textContent ?? "").trim());
}
