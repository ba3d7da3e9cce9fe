/** The reader's place in words. Pure: `say` brings the page's language. */
import type { Whereabouts } from "./pages.ts";
import type { Say } from "./shell.ts";

export function percentOf({ fraction }: Whereabouts): number {
  return Math.round(fraction * 100);
}

/** "Page 12 of 300", "Page xii, 4 %" for a printed page's label, or "43 %". */
export function placeWords(where: Whereabouts, say: Say): string {
  const percent = percentOf(where);
  if (!where.page) return say("percent", { percent });
  const { label, count } = where.page;
  return count === undefined ? say("page-at", { page: label, percent }) : say("page-of", { page: label, count });
}

/** What is left of the chapter; "" if the book can't tell. */
export function leftWords({ left }: Whereabouts, say: Say): string {
  if (left?.minutes !== undefined) {
    const minutes = Math.round(left.minutes);
    return minutes < 1 ? say("left.moment") : say(minutes === 1 ? "left.minute" : "left.minutes", { minutes });
  }
  if (left?.pages === undefined) return "";
  if (left.pages < 1) return say("left.last-page");
  return say(left.pages === 1 ? "left.page" : "left.pages", { pages: left.pages });
}

/** A number typed as "43", "43 %" or "43,5": 0 to 1. */
export function fractionTyped(text: string): number | undefined {
  const [, digits] = /^\s*(\d{1,3}(?:[.,]\d+)?)\s*%?\s*$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const percent = Number(digits.replace(",", "."));
  return percent <= 100 ? percent / 100 : undefined;
}
