/**
 * The marks of a loan in this page: changed at once, sent when the network allows it.
 *
 * What the server has not got yet waits in the browser's storage with the loan's due date, so that neither a closed
 * tab nor a week without network loses it; what it has got is forgotten there, and all of it when the loan ends.
 */
import { type Change, changeOf, firstOf, idOf, leftOf, type Mark, shownMarks, type Writing } from "./marks.ts";
import { type Outbox, outboxName, parseOutbox } from "./outbox.ts";

export interface Synced {
  revision: number;
  marks: Mark[];
}

/** `lasting`: the page may be closing; the request is to survive that. */
export type SendMarks = (body: { since: number; changes: Change[] }, lasting: boolean) => Promise<Synced>;

export interface MarksBookOptions {
  loan: string;
  due: string | null;
  send: SendMarks;
  shelf?: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  now?: () => number;
}

const SETTLED_AFTER = 800;
const TRY_AGAIN_AFTER = 15_000;
const MOST_CHANGES = 500;
/** Browsers let a closing page send 64 KiB. */
const LASTING_ROOM = 60_000;

export class MarksBook {
  readonly #name: string;
  readonly #send: SendMarks;
  readonly #shelf: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  readonly #now: () => number;
  readonly #known = new Map<string, Mark>();
  readonly #unsent: Map<string, Change>;
  readonly #listeners: (() => void)[] = [];
  #due: string | null;
  #since = 0;
  #over = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #syncing: Promise<void> | undefined;

  constructor({ loan, due, send, shelf = localStorage, now = Date.now }: MarksBookOptions) {
    this.#name = outboxName(loan);
    this.#send = send;
    this.#shelf = shelf;
    this.#now = now;
    this.#due = due;
    this.#unsent = new Map(parseOutbox(shelf.getItem(this.#name)).changes.map((change) => [change.id, change]));
  }

  /** The due date has moved: what waits is kept until the new one. */
  dueIs(due: string | null): void {
    if (due === this.#due) return;
    this.#due = due;
    this.#keep();
  }

  get all(): Mark[] {
    return shownMarks(this.#known, this.#unsent);
  }

  /** How many changes the server has not got yet. */
  get waiting(): number {
    return this.#unsent.size;
  }

  get(id: string): Mark | undefined {
    return this.all.find((mark) => mark.id === id);
  }

  changed(listener: () => void): void {
    this.#listeners.push(listener);
  }

  add(writing: Omit<Writing, "id" | "deleted">): Mark {
    const id = idOf(crypto.getRandomValues(new Uint8Array(16)));
    const mark: Mark = { ...writing, id, deleted: false, revision: 0 };
    this.#note({ ...writing, id, deleted: false, base: 0 });
    return mark;
  }

  /** `seen` is the mark as it stood before the reader when they began to change it. */
  change(seen: Mark, to: Partial<Pick<Writing, "note" | "ink" | "stays" | "deleted">>): void {
    const unsent = this.#unsent.get(seen.id);
    const change = changeOf(seen, to, this.#known.get(seen.id));
    // A change on its way decides what this one may claim to have known.
    this.#note(unsent ? { ...change, base: Math.min(change.base, unsent.base) } : change);
  }

  /** The server says where it stands: another device may have written. */
  heardOf(revision: number): void {
    if (revision > this.#since) void this.sync();
  }

  /** Both ways. Never throws: what could not be sent waits, and is tried again. */
  sync(lasting = false): Promise<void> {
    if (lasting) return this.#exchange(true).catch(() => undefined);
    this.#syncing ??= this.#syncAll().finally(() => (this.#syncing = undefined));
    return this.#syncing;
  }

  /** The loan has ended: nothing of it stays, here or in the storage. */
  forget(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#known.clear();
    this.#unsent.clear();
    this.#shelf.removeItem(this.#name);
  }

  async #syncAll(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      do await this.#exchange(false);
      while (this.#unsent.size && !this.#over);
    } catch {
      if (this.#unsent.size) this.#syncSoon(TRY_AGAIN_AFTER);
    }
  }

  async #exchange(lasting: boolean): Promise<void> {
    if (this.#over || (lasting && !this.#unsent.size)) return;
    const sent = firstOf([...this.#unsent.values()], MOST_CHANGES, lasting ? LASTING_ROOM : 2_000_000);
    const { revision, marks } = await this.#send({ since: this.#since, changes: sent }, lasting);
    if (this.#over) return;
    for (const mark of marks) {
      if (mark.revision >= (this.#known.get(mark.id)?.revision ?? 0)) this.#known.set(mark.id, mark);
    }
    this.#since = Math.max(this.#since, revision);
    for (const change of sent) this.#settle(change);
    this.#keep();
    if (marks.length || sent.length) this.#tell();
  }

  #settle(sent: Change): void {
    const left = leftOf(this.#unsent.get(sent.id), sent, this.#known.get(sent.id));
    if (left) this.#unsent.set(sent.id, left);
    else this.#unsent.delete(sent.id);
  }

  #note(change: Change): void {
    if (this.#over) return;
    this.#unsent.set(change.id, change);
    this.#keep();
    this.#tell();
    this.#syncSoon(SETTLED_AFTER);
  }

  #syncSoon(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.sync(), milliseconds);
  }

  /** A loan without a due date (an owner's own reading) is given a month: longer, nobody waits for a network. */
  #keep(): void {
    if (!this.#unsent.size) return this.#shelf.removeItem(this.#name);
    const due = this.#due ?? new Date(this.#now() + 30 * 86_400_000).toISOString();
    const outbox: Outbox = { due, changes: [...this.#unsent.values()] };
    try {
      this.#shelf.setItem(this.#name, JSON.stringify(outbox));
    } catch {
      // A browser that keeps nothing has the page itself; the changes are sent as soon as they can be.
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
