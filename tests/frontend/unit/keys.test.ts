import assert from "node:assert/strict";
import { test } from "node:test";
import { base64url, signProof, ticketFor } from "../../../lending/web/frontend/src/keys.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256" };
const claims = { htm: "POST", htu: "https://books.example/api/v1/claims", iat: 1, jti: "j", nonce: "n" };

function decoded(part: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(part ?? "", "base64url").toString()) as Record<string, unknown>;
}

test("a proof is a DPoP token that verifies with the key in its own header, and no private part is in it", async () => {
  const pair = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const [header, payload, signature] = (await signProof(pair, claims)).split(".");
  const { typ, alg, jwk } = decoded(header);
  assert.deepEqual([typ, alg], ["dpop+jwt", "ES256"]);
  assert.deepEqual(Object.keys(jwk as object).sort(), ["crv", "kty", "x", "y"]);
  assert.deepEqual(decoded(payload), claims);
  const key = await crypto.subtle.importKey("jwk", jwk as JsonWebKey, algorithm, false, ["verify"]);
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  const ecdsa = { name: "ECDSA", hash: "SHA-256" };
  assert.ok(await crypto.subtle.verify(ecdsa, key, Buffer.from(signature ?? "", "base64url"), signed));
});

test("base64url has no padding and no characters that a URL would change", () => {
  assert.equal(base64url(new Uint8Array([251, 255, 254])), "-__-");
  assert.equal(base64url(new Uint8Array([1])), "AQ");
});

test("a link keeps its ticket, and another link has another", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  };
  const first = ticketFor("a.b.c", storage);
  assert.equal(Buffer.from(first, "base64url").length, 32);
  assert.equal(ticketFor("a.b.c", storage), first);
  assert.notEqual(ticketFor("a.b.d", storage), first);
});
