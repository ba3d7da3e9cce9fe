/** The page to which a loan is carried from another device: one button, and the book is here. */
import { canMakeKeys, ticketFor } from "./keys.ts";
import { tokenIn } from "./link-token.ts";
import { ask, json, learnNonce, Problem } from "./problems.ts";
import { postProven } from "./proofs.ts";
import { pageData, part, say, type Texts } from "./texts.ts";

interface CarryConfig {
  api: string;
  nonce: string;
  texts: Texts;
}

const config = pageData<CarryConfig>("carry-config");
const token = tokenIn(location.hash) ?? "";
const button = part<HTMLButtonElement>("carry-button");

async function arrive(): Promise<void> {
  button.disabled = true;
  try {
    const answer = await asked();
    const { read_url } = (await answer.json()) as { read_url: string };
    // The token has done its work; it is not to stay in the history.
    history.replaceState(null, "", location.pathname);
    location.assign(read_url);
  } catch (refused) {
    button.disabled = false;
    tell(refused);
  }
}

function asked(): Promise<Response> {
  const url = `${config.api}arrivals`;
  if (canMakeKeys()) return postProven(url, (proof) => ({ token, binding: { kind: "key", proof } }));
  return ask(url, json({ token, binding: { kind: "ticket", ticket: ticketFor(token) } }));
}

function tell(refused: unknown): void {
  const problem = refused instanceof Problem ? refused : undefined;
  part("carry-title").textContent = problem?.title || say(config.texts, "unreachable.title", {});
  part("carry-detail").textContent = problem?.detail || (problem ? "" : say(config.texts, "unreachable.text", {}));
  part("carry-remedy").textContent = problem?.remedy ?? "";
  part("carry-here").hidden = Boolean(problem);
  part("carry-refused").hidden = false;
  part("carry-title").focus({ preventScroll: true });
}

learnNonce(config.nonce);
button.addEventListener("click", () => void arrive());
