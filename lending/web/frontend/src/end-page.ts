/** What is left when the loan has ended: a few calm words, and nothing of the book. */
import type { Say } from "./shell.ts";
import { part } from "./texts.ts";

/** `because`: why it ended, in the desk's words; `known`: whether the page has words for that. */
export function showEnd(because: string, known: boolean, say: Say): void {
  for (const open of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) open.close();
  document.body.dataset["phase"] = "ended";
  const why = known ? because : "other";
  part("end-title").textContent = say(`end.${why}.title`);
  part("end-words").textContent = say(`end.${why}.text`);
  part("end").hidden = false;
  part("end-title").focus();
}
