/** A reading pass ran out while the browser was away: it proves its key again, and the book opens as it was. */
import { learnNonce, Problem } from "./problems.ts";
import { pageData, part } from "./texts.ts";
import { postProven } from "./proofs.ts";

const { pass, nonce } = pageData<{ pass: string; nonce: string }>("renew-config");
learnNonce(nonce);

postProven(pass, (made) => ({ proof: made }))
  .then(() => location.reload())
  .catch((refused: unknown) => {
    const declined = refused instanceof Problem && !refused.isPassing;
    part("renewing").hidden = true;
    part(declined ? "not-renewed" : "not-answered").hidden = false;
  });

part("renew-again").addEventListener("click", () => location.reload());
