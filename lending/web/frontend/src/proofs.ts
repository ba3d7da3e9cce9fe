/** Sending a request that carries a key proof: the server's newest nonce goes in, a stale one is tried again once. */
import { proof } from "./keys.ts";
import { ask, json, newestNonce, Problem } from "./problems.ts";

/** Posts `body(proof)`; a nonce that the server no longer takes is replaced and the request sent again, once. */
export async function postProven(url: string, body: (proof: string) => unknown): Promise<Response> {
  const send = async () => ask(url, json(body(await proof("POST", url, newestNonce()))));
  return send().catch((refused: unknown) => {
    if (refused instanceof Problem && refused.code === "proof-invalid") return send();
    throw refused;
  });
}
