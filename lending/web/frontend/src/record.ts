/** Correcting a record: another cover is sent as it is, and shown when the library has taken it. */
import { ask, Problem, sentences } from "./problems.ts";
import { part } from "./texts.ts";

const chooser = part<HTMLInputElement>("cover-file");
const said = part("cover-said");

chooser.addEventListener("change", () => void replaceCover());

async function replaceCover(): Promise<void> {
  const file = chooser.files?.[0];
  if (!file) return;
  said.hidden = true;
  try {
    await ask(chooser.dataset["put"] ?? "", { method: "PUT", body: file, headers: { "Content-Type": file.type } });
    location.reload();
  } catch (refused) {
    said.textContent = refused instanceof Problem ? sentences([refused.title, refused.detail]) : (chooser.dataset["trouble"] ?? "");
    said.hidden = false;
  }
}
