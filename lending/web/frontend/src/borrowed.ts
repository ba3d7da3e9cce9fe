/** The page of what this browser has on loan: how places in lines stand, loans, and marks of ended loans to take home. */
import { type OpenLoan, serveLoans, tellReturned } from "./borrowed-loans.ts";
import { localiseTimes } from "./local-times.ts";
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
  loans: Readonly<Record<string, OpenLoan>>;
}

const { nonce, failed, api, places, loans } = pageData<BorrowedConfig>("borrowed-config");
learnNonce(nonce);
localiseTimes(document);
void showPlaces(api, places);
tellReturned();
if (Object.keys(loans).length > 0) serveLoans(loans);

for (const row of document.querySelectorAll<HTMLElement>("[data-loan]")) {
  const { loan = "", binding } = row.dataset;
  offerHome(row, (form) => askAfterLoan(loan, binding as Binding, form), (trouble) => tellIn(row, trouble, () => failed));
}
