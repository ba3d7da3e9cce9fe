/**
 * What binds a loan to this browser.
 *
 * Where the browser offers WebCrypto (HTTPS and localhost): one ECDSA P-256 key, made when first needed, kept in
 * IndexedDB, never extractable. A proof is a DPoP-style JWT (RFC 9449, §4.2) signed with it. Elsewhere: a random ticket
 * per link, kept in localStorage, so that a claim repeated after a lost answer is still recognised.
 */

const DATABASE = "lending";
const STORE = "keys";
const NAME = "browser";

export interface PublicJwk {
  kty: "EC";
  crv: "P-256";
  x: string;
  y: string;
}

export interface ProofClaims {
  htm: string;
  htu: string;
  iat: number;
  jti: string;
  nonce: string;
}

export function canMakeKeys(): boolean {
  return typeof crypto === "object" && crypto.subtle !== undefined && typeof indexedDB === "object";
}

export function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function randomText(bytes: number): string {
  return base64url(crypto.getRandomValues(new Uint8Array(bytes)));
}

/** This browser's key pair; makes it the first time. Two tabs that race end up with the same one. */
export async function browserKey(): Promise<CryptoKeyPair> {
  const database = await openDatabase();
  try {
    const kept = await finished<CryptoKeyPair | undefined>(database.transaction(STORE).objectStore(STORE).get(NAME));
    if (kept) return kept;
    const made = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
    return await keepFirst(database, made);
  } finally {
    database.close();
  }
}

/** Proves, for one request, that this browser has its key. `path` may be relative to the page. */
export async function proof(method: string, path: string, nonce: string): Promise<string> {
  return signProof(await browserKey(), {
    htm: method,
    htu: new URL(path, location.href).href,
    iat: Math.floor(Date.now() / 1000),
    jti: randomText(16),
    nonce,
  });
}

/** The JWT itself, apart from where keys live and what time it is. */
export async function signProof(pair: CryptoKeyPair, claims: ProofClaims): Promise<string> {
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: await publicJwk(pair.publicKey) };
  const signed = `${encoded(header)}.${encoded(claims)}`;
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const signature = await crypto.subtle.sign(algorithm, pair.privateKey, new TextEncoder().encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}

/** The ticket for a link, the same at every try. `link` is any text that names the link. */
export function ticketFor(link: string, storage: Pick<Storage, "getItem" | "setItem"> = localStorage): string {
  const name = `lending.ticket.${link.slice(-43)}`;
  const kept = storage.getItem(name);
  if (kept) return kept;
  const made = randomText(32);
  storage.setItem(name, made);
  return made;
}

async function publicJwk(key: CryptoKey): Promise<PublicJwk> {
  const { x, y } = await crypto.subtle.exportKey("jwk", key);
  if (!x || !y) throw new Error("The browser's key has no public point.");
  return { kty: "EC", crv: "P-256", x, y };
}

function encoded(value: unknown): string {
  return base64url(new TextEncoder().encode(JSON.stringify(value)));
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return finished(request);
}

/** Stores `made` unless another tab was first; gives the one that is kept. */
async function keepFirst(database: IDBDatabase, made: CryptoKeyPair): Promise<CryptoKeyPair> {
  const store = database.transaction(STORE, "readwrite", { durability: "strict" }).objectStore(STORE);
  const other = await finished<CryptoKeyPair | undefined>(store.get(NAME));
  if (other) return other;
  await finished(store.put(made, NAME));
  return made;
}

function finished<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB gave no answer."));
  });
}
