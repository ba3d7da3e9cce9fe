/** What the server says when it declines: RFC 9457 problem documents, and the way to read them. */

export interface ProblemDocument {
  type?: string;
  title?: string;
  detail?: string;
  remedy?: string;
  code?: string;
  status?: number;
  [fact: string]: unknown;
}

/** The server declined. `code` is one of the stable codes in `lending/refusals.py`. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** What to do next. */
  readonly remedy: string;
  readonly facts: ProblemDocument;

  constructor(status: number, document: ProblemDocument) {
    super(document.title ?? `HTTP ${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = document.code ?? "";
    this.title = document.title ?? "";
    this.detail = document.detail ?? "";
    this.remedy = document.remedy ?? "";
    this.facts = document;
  }

  /** Whether it may be otherwise in a while, by itself. */
  get isPassing(): boolean {
    return this.status >= 500 || isPassing(this.status);
  }

  /** All that the server says of it, sentence by sentence. */
  get words(): string {
    return sentences([this.title, this.detail, this.remedy]);
  }
}

/** Put one after the other as sentences: what lacks a full stop gets one, what is empty is left out. */
export function sentences(said: readonly string[]): string {
  const whole = said.map((one) => one.trim()).filter(Boolean);
  return whole.map((one) => (/[.!?…]$/.test(one) ? one : `${one}.`)).join(" ");
}

/** Nothing came back, or a sign that the server is busy: worth another try, nobody is to blame. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("The library can't be reached just now.", { cause });
    this.name = "Unreachable";
  }
}

/** Parts of a book are asked for faster than anyone reads. After `seconds` it goes on. */
export class TooFast extends Unreachable {
  readonly seconds: number;

  constructor(seconds: number) {
    super("reading-too-fast");
    this.name = "TooFast";
    this.seconds = seconds;
  }
}

const USUAL_WAIT = 5;

/** How long a problem asks to wait because of reading too fast, in seconds; undefined for every other problem. */
export function waitOf({ code, wait_seconds: told }: ProblemDocument): number | undefined {
  if (code !== "reading-too-fast") return undefined;
  return typeof told === "number" && told > 0 ? told : USUAL_WAIT;
}

/** Reads a problem from text that should be one; anything else gives an empty document. */
export function parseProblem(text: string): ProblemDocument {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? (parsed as ProblemDocument) : {};
  } catch {
    return {};
  }
}

/** Statuses that say "later", not "no". */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status === 502 || status === 503 || status === 504;
}

/**
 * One request. Resolves with a 2xx answer; throws Problem when the server declines, Unreachable when it can't answer,
 * and TooFast when it answers later.
 */
export async function ask(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { credentials: "same-origin", cache: "no-store", ...init }).catch((cause: unknown) => {
    throw new Unreachable(cause);
  });
  rememberNonce(response.headers);
  if (response.ok) return response;
  const problem = parseProblem(await response.text().catch(() => ""));
  const wait = waitOf(problem);
  if (wait !== undefined) throw new TooFast(wait);
  // Where it says why, that is an answer: somebody who asked too often is not to be told to press again.
  if (isPassing(response.status) && !problem.code) throw new Unreachable(response.status);
  throw new Problem(response.status, problem);
}

let nonce = "";

/** The server hands out nonces for key proofs in a header; the newest one counts. */
function rememberNonce(headers: Headers): void {
  nonce = headers.get("DPoP-Nonce") ?? nonce;
}

/** The page itself may bring the first one, so that the first proof is good at once. */
export function learnNonce(brought: string): void {
  nonce = brought || nonce;
}

export function newestNonce(): string {
  return nonce;
}

export function json(body: unknown, method = "POST"): RequestInit {
  return { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
}
