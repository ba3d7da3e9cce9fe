/** Marks as a file to keep: asked for with whatever proves that the loan is, or was, this browser's. */
import { fileNameOf } from "./file-names.ts";
import { ask, json, Problem } from "./problems.ts";
import { postProven } from "./proofs.ts";
import type { Binding } from "./reading-desk.ts";
import type { Say } from "./shell.ts";

export type Form = "w3c" | "markdown" | "receipt";

/** After the loan has ended. */
export function askAfterLoan(loan: string, binding: Binding, form: Form): Promise<Response> {
  const url = `/api/v1/loans/${loan}/${form === "receipt" ? "receipt" : "take-home"}`;
  const said = form === "receipt" ? {} : { format: form };
  return binding === "key" ? postProven(url, (proof) => ({ ...said, proof })) : ask(url, json(said));
}

/**
 * Has the buttons in `place` (`data-form`) save what `fetchFile` brings. `tell` says what went wrong, in the server's
 * words if it gave any; nothing when all is well.
 */
export function offerHome(place: HTMLElement, fetchFile: (form: Form) => Promise<Response>, tell: (trouble?: string) => void): void {
  for (const button of place.querySelectorAll<HTMLButtonElement>("button[data-form]")) {
    button.addEventListener("click", () => void save(button, fetchFile, tell));
  }
}

async function save(button: HTMLButtonElement, fetchFile: (form: Form) => Promise<Response>, tell: (trouble?: string) => void): Promise<void> {
  button.disabled = true;
  try {
    const answer = await fetchFile(button.dataset["form"] as Form);
    keep(await answer.blob(), fileNameOf(answer.headers.get("Content-Disposition")));
    tell();
  } catch (refused) {
    tell(refused instanceof Problem ? refused.title : "");
  }
  button.disabled = false;
}

/** As browsers save a file: by a link that is followed once. */
function keep(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Says in the line under the buttons what went wrong. */
export function tellIn(place: HTMLElement, trouble: string | undefined, say: Say): void {
  const line = place.querySelector<HTMLElement>('[role="status"]');
  if (line) line.textContent = trouble === undefined ? "" : trouble || say("home.failed");
}
