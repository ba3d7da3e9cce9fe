/**
 * A page that is brought up to date while it is open: what has `data-live` is taken from the page as it is now.
 *
 * A form that somebody is filling in stays as it is until they have done with it, and the keyboard stays where it was.
 */

const FIELDS = "input:not([readonly], [type=hidden]), textarea:not([readonly]), select";

/**
 * Replaces what has changed; false if something in use had to stay. Where the parts within a part are the same by name, only
 * these are replaced: a list keeps its pictures.
 */
export function renew(now: Document | Element, fresh: Document | Element): boolean {
  let all = true;
  for (const part of partsOf(now)) {
    const then = partsOf(fresh).find((one) => nameOf(one) === nameOf(part));
    if (!then || part.isEqualNode(then)) continue;
    if (hasSameParts(part, then)) all = renew(part, then) && all;
    else if (isInUse(part)) all = false;
    else exchange(part, then);
  }
  return all;
}

/** Whether somebody is filling something in there, or has and not sent it. */
export function isInUse(part: Element): boolean {
  const active = part.ownerDocument.activeElement;
  const typing = active !== null && part.contains(active) && active.matches(FIELDS);
  return typing || [...part.querySelectorAll(FIELDS)].some(isChanged);
}

function isChanged(field: Element): boolean {
  if (field instanceof HTMLSelectElement) return [...field.options].some((one) => one.selected !== one.defaultSelected);
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (!(field instanceof HTMLInputElement)) return false;
  return field.checked !== field.defaultChecked || field.value !== field.defaultValue;
}

/** The outermost of the parts within. */
function partsOf(root: Document | Element): HTMLElement[] {
  const within = root instanceof Element ? root : null;
  const parts = [...root.querySelectorAll<HTMLElement>("[data-live]")];
  return parts.filter((part) => (part.parentElement?.closest("[data-live]") ?? null) === within);
}

function nameOf(part: HTMLElement): string {
  return part.dataset["live"] ?? "";
}

function hasSameParts(one: Element, other: Element): boolean {
  const [here, there] = [one, other].map((part) => partsOf(part).map(nameOf).join(" "));
  return Boolean(here) && here === there;
}

function exchange(part: HTMLElement, then: HTMLElement): void {
  const active = part.ownerDocument.activeElement;
  const held = active !== null && part.contains(active) ? active : undefined;
  const fresh = part.ownerDocument.adoptNode(then);
  keepOpen(part, fresh);
  part.replaceWith(fresh);
  if (held) counterpart(fresh, held).focus({ preventScroll: true });
}

function keepOpen(part: Element, fresh: Element): void {
  const open = new Set([...part.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
  for (const one of fresh.querySelectorAll("details > summary")) {
    if (open.has(one.textContent)) one.parentElement?.setAttribute("open", "");
  }
}

/** Where the keyboard goes on: to what is the same there, else to the part itself, or the page if there is none. */
function counterpart(fresh: HTMLElement, held: Element): HTMLElement {
  const same = theSame([...fresh.querySelectorAll<HTMLElement>(held.tagName)], held);
  const next = same ?? (fresh.hidden ? (fresh.closest("main") ?? fresh) : fresh);
  if (next !== same) next.tabIndex = -1;
  return next;
}

/**
 * Which of them does what `held` does; none if it is gone. The same words may stand on another person's button: what is
 * pressed next must not happen to them.
 */
export function theSame<E extends Element>(among: readonly E[], held: Element): E | undefined {
  const wanted = deedOf(held);
  return among.find((one) => deedOf(one) === wanted);
}

const SAYS_WHAT_IT_DOES = ["id", "aria-label", "href", "name", "value"];

function deedOf(one: Element): string {
  const form = one.closest("form")?.getAttribute("action");
  return JSON.stringify([one.tagName, one.textContent?.trim(), form, ...SAYS_WHAT_IT_DOES.map((name) => one.getAttribute(name))]);
}
