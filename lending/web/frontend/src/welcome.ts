/** The page behind a one-time set-up link: its token moves from the fragment into the form, and out of the address. */
import { part } from "./texts.ts";

const token = location.hash.slice(1);
if (token) {
  part<HTMLInputElement>("welcome-token").value = token;
  history.replaceState(null, "", location.pathname + location.search);
}
part("welcome-no-token").hidden = part<HTMLInputElement>("welcome-token").value !== "";
