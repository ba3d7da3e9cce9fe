/** What is left when the loan has ended: a few calm words, and nothing of the book. */
import type { Binding } from "./reading-desk.ts";
import type { Say } from "./shell.ts";
import { askAfterLoan, offerHome, tellIn } from "./take-home.ts";
import { part } from "./texts.ts";

/** Then the book has gone back; in any other case it is only not open here. */
const over: ReadonlySet<string> = new Set(["returned", "expired", ""]);

/** `because`: why it ended, in the desk's words; `known`: whether the page has words for that; `marks`: whose there are to take home. */
export function showEnd(because: string, known: boolean, say: Say, marks?: { loan: string; binding: Binding }): void {
  for (const open of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) open.close();
  document.body.dataset["phase"] = "ended";
  const why = known ? because : "other";
  part("end-title").textContent = say(`end.${why}.title`);
  part("end-words").textContent = say(`end.${why}.text`);
  if (marks && over.has(because)) offerMarks(marks.loan, marks.binding, say);
  part("end").hidden = false;
  part("end-title").focus();
}

function offerMarks(loan: string, binding: Binding, say: Say): void {
  const place = part("end-home");
  place.hidden = false;
  offerHome(place, (form) => askAfterLoan(loan, binding, form), (trouble) => tellIn(place, trouble, say));
}
