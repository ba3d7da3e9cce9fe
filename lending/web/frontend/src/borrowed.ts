/** The page of what this browser has on loan: marks of loans that have ended can be taken home from it. */
import { learnNonce } from "./problems.ts";
import type { Binding } from "./reading-desk.ts";
import { askAfterLoan, offerHome, tellIn } from "./take-home.ts";
import { showPlaces } from "./place-list.ts";
import { pageData, type Texts } from "./texts.ts";

interface BorrowedConfig {
  nonce: string;
  failed: string;
  api: string;
  places: Texts;
}

const { nonce, failed, api, places } = pageData<BorrowedConfig>("borrowed-config");
learnNonce(nonce);
void showPlaces(api, places);

for (const row of document.querySelectorAll<HTMLElement>("[data-loan]")) {
  const { loan = "", binding } = row.dataset;
  offerHome(row, (form) => askAfterLoan(loan, binding as Binding, form), (trouble) => tellIn(row, trouble, () => failed));
}
