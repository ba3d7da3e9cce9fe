/** The page of what this browser has on loan: marks of loans that have ended can be taken home from it. */
import { learnNonce } from "./problems.ts";
import type { Binding } from "./reading-desk.ts";
import { askAfterLoan, offerHome, tellIn } from "./take-home.ts";
import { pageData } from "./texts.ts";

const { nonce, failed } = pageData<{ nonce: string; failed: string }>("borrowed-config");
learnNonce(nonce);

for (const row of document.querySelectorAll<HTMLElement>("[data-loan]")) {
  const { loan = "", binding } = row.dataset;
  offerHome(row, (form) => askAfterLoan(loan, binding as Binding, form), (trouble) => tellIn(row, trouble, () => failed));
}
