/** A reading pass ran out while the browser was away: it proves its key again, and the book opens as it was. */
import { pageData, part } from "./texts.ts";
import { postProven } from "./proofs.ts";

const { pass } = pageData<{ pass: string }>("renew-config");

postProven(pass, (made) => ({ proof: made }))
  .then(() => location.reload())
  .catch(() => {
    part("renewing").hidden = true;
    part("not-renewed").hidden = false;
  });
