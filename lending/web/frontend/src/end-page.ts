/** What is left when the loan has ended: a few calm words, and nothing of the book. */
import type { Binding } from "./reading-desk.ts";
import type { Say } from "./shell.ts";
import { askAfterLoan, offerHome, tellIn } from "./take-home.ts";
import { part } from "./texts.ts";

/** Then the loan is over; in any other case the book is only not open here. */
const over: ReadonlySet<string> = new Set(["returned", "expired", "passed-on", ""]);

export interface End {
  /** Why it ended, in the desk's words. */
  because: string;
  /** Whether the page has words for that. */
  known: boolean;
  /** Who has the book from this reader, by name; perhaps empty. */
  to: string;
  ended: { loan: string; binding: Binding };
  /** Whether there are marks to take home. */
  hasMarks: boolean;
}

export function showEnd({ because, known, to, ended, hasMarks }: End, say: Say): void {
  for (const open of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) open.close();
  document.body.dataset["phase"] = "ended";
  const why = known ? because : "other";
  part("end-title").textContent = say(`end.${why}.title`, { name: to || say("friend") });
  part("end-words").textContent = say(`end.${why}.text`);
  if (over.has(because)) {
    if (hasMarks) offer(part("end-home"), ended, say);
    offer(part("end-receipt"), ended, say);
  }
  part("end").hidden = false;
  part("end-title").focus();
}

function offer(place: HTMLElement, { loan, binding }: End["ended"], say: Say): void {
  place.hidden = false;
  offerHome(place, (form) => askAfterLoan(loan, binding, form), (trouble) => tellIn(place, trouble, say));
}
