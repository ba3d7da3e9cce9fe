/**
 * The reader's one connection to the loan: asks for parts, renews the pass, notices the end.
 *
 * Everything that reads goes through here, so that there is one place where a loan ends and one where the network is
 * waited for. A pass lasts ten minutes; with a key in this browser it is renewed after six, and whenever the page wakes.
 */
import { ask, json, Problem, type ProblemDocument, TooFast, Unreachable, waitOf } from "./problems.ts";
import { postProven } from "./proofs.ts";
import type { Seat } from "./reading-seat.ts";
import { SlowLane } from "./slow-lane.ts";

export type Binding = "key" | "cookie" | "account";

/** An open loan's status; an ended loan has none, it is refused. */
export interface LoanStatus {
  state: "open";
  due_at: string | null;
  seconds_left: number | null;
  /** The owner has asked for the book back. */
  recalled?: boolean;
  /** Counts what was changed of the loan's marks, on whichever device. */
  marks_revision?: number;
  /** Where the book is read, if the library knows. */
  seat?: Seat | null;
}

export interface Watcher {
  /**
   * The loan is over; called once. `because`: "returned" (here), "expired", "passed-on" (`to` whom, if they said their
   * name), "not-your-loan", "not-signed-in" or "".
   */
  ended(because: string, to: string): void;
  /** Whether the library answers just now; called when that changes. */
  reachable(yes: boolean): void;
  /** Whether a part is waited for because pages are turned faster than anyone reads; called when that changes. */
  slowed(yes: boolean): void;
  /** What the status is asked with: a query. */
  asks(): string;
  /** The loan is open; what the server says of it to what was asked at `askedAt`. */
  heard(status: LoanStatus, askedAt: number): void;
}

const RENEW_AFTER = 6 * 60_000;
/** Whoever is recalled, or has read on elsewhere, learns it at once. Only while the page is seen. */
const ASK_EVERY = 1500;
const LONGEST_WAIT = 15_000;
const LONGEST_TIMER = 2 ** 31 - 1;
const FRESH = 2_000;

const endings: Readonly<Record<string, string>> = {
  "loan-ended": "",
  "not-your-loan": "not-your-loan",
  "not-signed-in": "not-signed-in",
};

export class ReadingDesk {
  readonly base: URL;
  readonly #binding: Binding;
  readonly #watcher: Watcher;
  /** The same loan in this browser's other tabs: a book given back in one is gone from all. */
  readonly #otherTabs: BroadcastChannel;
  readonly #lane: SlowLane;
  #over = false;
  #answers = true;
  #renewedAt = 0;
  #heardAt = 0;
  #renewing: Promise<void> | undefined;
  #dueTimer = 0;
  #looking = false;

  constructor(base: string, binding: Binding, watcher: Watcher) {
    this.base = new URL(base, location.href);
    this.#binding = binding;
    this.#watcher = watcher;
    this.#lane = new SlowLane((slowed) => watcher.slowed(slowed));
    this.#otherTabs = new BroadcastChannel(this.base.pathname);
    this.#otherTabs.addEventListener("message", ({ data }) => this.end(String(data)));
  }

  get over(): boolean {
    return this.#over;
  }

  url(path: string): string {
    return new URL(path, this.base).href;
  }

  /** Starts watching the clock, the loan's state and the page's waking up. */
  watch(due: string | null): void {
    this.#noteDue(due);
    setInterval(() => void this.#look(), ASK_EVERY);
    document.addEventListener("visibilitychange", () => void this.#look());
    addEventListener("pageshow", () => void this.#look());
    addEventListener("online", () => void this.#look());
    void this.#look();
  }

  /**
   * GET a part of the loan; waits out a network that is away, and as long as who reads too fast is asked to. Throws
   * Problem for a part that can't be had.
   */
  async get(path: string, signal?: AbortSignal): Promise<Response> {
    return this.#untilAnswered(() => this.#once(this.url(path), signal ? { signal } : {}), signal);
  }

  async getJson<T>(path: string): Promise<T> {
    return (await (await this.get(path)).json()) as T;
  }

  /**
   * Resolves when a frame may be sent to a part: the pass is fresh, the library answers, the loan is open. A frame
   * can't renew a pass or try again, so this comes before each one. Never resolves once the loan is over.
   */
  async ready(): Promise<void> {
    const heardJustNow = Date.now() - this.#heardAt < FRESH && this.#answers && navigator.onLine;
    if (!heardJustNow || this.#passIsOld()) await this.status();
    if (this.#over) await new Promise(() => {});
  }

  /**
   * What to do about a refusal that a frame was shown in place of the part at `path`. Resolves, perhaps after a wait,
   * with whether the frame may be sent there again; false if the part can't be had or the loan is over.
   */
  async mayAskAgain(refused: ProblemDocument, path: string): Promise<boolean> {
    if (refused.code === "pass-expired") await this.renew();
    else if (waitOf(refused) !== undefined) await this.get(path);
    // If it was the loan's end that the frame was told, the status tells this desk.
    else return this.status().then(() => false);
    return !this.#over;
  }

  async status(): Promise<LoanStatus> {
    if (this.#passIsOld()) await this.#untilAnswered(() => this.renew());
    const askedAt = performance.now();
    const status = await this.getJson<LoanStatus>(`status?${this.#watcher.asks()}`);
    this.#noteDue(status.due_at);
    this.#watcher.heard(status, askedAt);
    return status;
  }

  /** Sends once, and gives what the server answers. `lasting`: survives the page's closing (64 KiB at most). */
  async send(method: "PUT" | "POST" | "DELETE", path: string, body?: unknown, lasting = false): Promise<Response> {
    return this.#once(this.url(path), { ...json(body, method), keepalive: lasting });
  }

  /** Sends and forgets: what can't be kept now is tried again at the next change. Survives the page's closing. */
  async put(path: string, body: unknown): Promise<void> {
    if (!this.#over) await this.send("PUT", path, body, true);
  }

  /** For what a stolen pass is not to do: where this browser has the loan's key, it proves it. */
  async sendProven(path: string, said: object = {}): Promise<Response> {
    const url = this.url(path);
    return this.#binding === "key" ? postProven(url, (proof) => ({ ...said, proof })) : ask(url, json(said));
  }

  async giveBack(): Promise<void> {
    await this.sendProven("return");
    this.#otherTabs.postMessage("returned");
    this.end("returned");
  }

  /** Asks for a new pass with a proof of this browser's key. One renewal runs at a time; all who need it wait for it. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renewOnce().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  end(because: string, to = ""): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#dueTimer);
    this.#watcher.ended(because, to);
  }

  async #renewOnce(): Promise<void> {
    const url = this.url("pass");
    try {
      await postProven(url, (proof) => ({ proof }));
    } catch (refused) {
      this.#endIfOver(refused);
      throw refused;
    }
    this.#renewedAt = Date.now();
  }

  #passIsOld(): boolean {
    return this.#binding === "key" && !this.#over && Date.now() - this.#renewedAt > RENEW_AFTER;
  }

  async #once(url: string, init: RequestInit): Promise<Response> {
    try {
      const response = await this.#withPass(url, init);
      this.#heardAt = Date.now();
      this.#note(true);
      return response;
    } catch (trouble) {
      this.#endIfOver(trouble);
      throw trouble;
    }
  }

  async #withPass(url: string, init: RequestInit): Promise<Response> {
    try {
      return await ask(url, init);
    } catch (refused) {
      const expired = refused instanceof Problem && refused.code === "pass-expired";
      if (!expired || this.#binding !== "key") throw refused;
      await this.renew();
      return await ask(url, init);
    }
  }

  /**
   * Repeats `attempt` while the library is unreachable, at growing intervals, sooner when the network comes back; and
   * in the slow lane while it comes too fast.
   */
  async #untilAnswered<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    let slowed = false;
    try {
      for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
        try {
          return await attempt();
        } catch (trouble) {
          if (!(trouble instanceof Unreachable) || this.#over || signal?.aborted) throw trouble;
          this.#note(trouble instanceof TooFast);
          if (!(trouble instanceof TooFast)) await pause(wait);
          else {
            if (!slowed) this.#lane.enter();
            slowed = true;
            await this.#lane.turn(trouble.seconds);
          }
        }
      }
    } finally {
      if (slowed) this.#lane.leave();
    }
  }

  #endIfOver(trouble: unknown): void {
    if (!(trouble instanceof Problem)) return;
    const because = endings[trouble.code];
    if (because === undefined && trouble.status !== 410) return;
    const { because: told, to } = trouble.facts;
    this.end(because || (typeof told === "string" ? told : ""), typeof to === "string" ? to : "");
  }

  #note(answers: boolean): void {
    if (answers === this.#answers) return;
    this.#answers = answers;
    this.#watcher.reachable(answers);
  }

  /** At the due time the server is asked at once: its clock decides, not this device's. */
  #noteDue(due: string | null): void {
    clearTimeout(this.#dueTimer);
    if (!due) return;
    const left = new Date(due).getTime() - Date.now() + 500;
    if (left < LONGEST_TIMER) this.#dueTimer = window.setTimeout(() => void this.#look(), Math.max(left, 1000));
  }

  async #look(): Promise<void> {
    if (this.#over || this.#looking || document.visibilityState === "hidden") return;
    this.#looking = true;
    await this.status().catch(() => undefined);
    this.#looking = false;
  }
}

/** Waits `milliseconds`, or until the browser says that it is online again. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
  });
}
