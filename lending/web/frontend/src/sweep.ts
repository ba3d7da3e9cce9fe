/** On pages around reading: nothing of a book stays in the browser after its loan. */
import { sweep, sweepLoan } from "./outbox.ts";

sweep(localStorage, Date.now());
/** The page that says that a loan is over stands at the loan's own address. */
const [, ended] = /^\/read\/([^/]+)$/.exec(location.pathname) ?? [];
if (ended) sweepLoan(ended);
