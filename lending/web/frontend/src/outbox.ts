/** What of a loan may wait in the browser's storage until the server has it, and how it leaves when the loan is over. */
import type { Change } from "./marks.ts";

export interface Outbox {
  /** When the loan ends, at the latest; ISO. */
  due: string;
  changes: Change[];
}

/** Whatever of a loan stands in localStorage has a name that begins like this. */
const PREFIX = "lending.marks.";

export function outboxName(loan: string): string {
  return PREFIX + loan;
}

export function parseOutbox(kept: string | null): Outbox {
  const nothing: Outbox = { due: "", changes: [] };
  try {
    const { due, changes } = JSON.parse(kept ?? "{}") as Partial<Outbox>;
    if (typeof due !== "string" || !Array.isArray(changes)) return nothing;
    return { due, changes: changes.filter((change) => typeof change?.id === "string" && typeof change.base === "number") };
  } catch {
    return nothing;
  }
}

/** Takes away what belongs to loans whose due date has passed: nothing of a book stays after its loan. */
export function sweep(shelf: Storage, now: number): void {
  const names = Array.from({ length: shelf.length }, (_, at) => shelf.key(at) ?? "");
  for (const name of names) {
    if (!name.startsWith(PREFIX)) continue;
    const due = Date.parse(parseOutbox(shelf.getItem(name)).due);
    if (!(due > now)) shelf.removeItem(name);
  }
}

/** Takes away everything of one loan. */
export function sweepLoan(loan: string, shelves: readonly Storage[] = [localStorage, sessionStorage]): void {
  for (const shelf of shelves) for (const prefix of [PREFIX, "lending.place.", "lending.seat."]) shelf.removeItem(prefix + loan);
}
