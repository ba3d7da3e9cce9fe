/**
 * Claiming a link for this browser. The key is made before the claim, so that a claim repeated after a lost answer is
 * recognised and gets the same loan.
 */
import { canMakeKeys, ticketFor } from "./keys.ts";
import { ask, json } from "./problems.ts";
import { postProven } from "./proofs.ts";

export interface Claimed {
  read_url: string;
}

/** Borrows with a link's token; `name` and `email` may be empty. */
export async function claim(api: string, token: string, { name = "", email = "" } = {}): Promise<Claimed> {
  const wish = { token, ...(name ? { name } : {}), ...(email ? { email } : {}) };
  const answer = await postBound(`${api}claims`, wish, token);
  return (await answer.json()) as Claimed;
}

/** Posts a wish with what binds it to this browser; `about` names it, where a ticket stands in for the key. */
export function postBound(url: string, wish: object, about: string): Promise<Response> {
  if (canMakeKeys()) {
    // Asks the browser to keep the key as long as it is needed; it may say no, and all works all the same.
    void navigator.storage?.persist?.().catch(() => false);
    return postProven(url, (proof) => ({ ...wish, binding: { kind: "key", proof } }));
  }
  return ask(url, json({ ...wish, binding: { kind: "ticket", ticket: ticketFor(about) } }));
}
