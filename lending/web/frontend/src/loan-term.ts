/** What the reader is told of their loan's term: that the book is asked back, and how to keep it for longer. */
import { dialog } from "./dialogs.ts";
import { dateOf } from "./due.ts";
import { Problem } from "./problems.ts";
import type { LoanStatus, ReadingDesk } from "./reading-desk.ts";
import type { Say, Shell } from "./shell.ts";
import { language, part } from "./texts.ts";

export interface Term {
  due_at: string | null;
  renewals_left: number;
  somebody_waits: boolean;
  /** When it would be due if it were renewed now; null where it can't be, or would be due no later. */
  renewed_due_at: string | null;
}

export class LoanTerm {
  readonly #shell: Shell;
  readonly #desk: ReadingDesk;
  readonly #dialog = dialog("renew");
  readonly #button = part<HTMLButtonElement>("renew-now");
  #recalled = false;

  constructor(shell: Shell, desk: ReadingDesk) {
    this.#shell = shell;
    this.#desk = desk;
    this.#button.addEventListener("click", () => void this.#renew());
  }

  heard(status: LoanStatus): void {
    if (status.recalled && !this.#recalled) this.#tellRecall(status);
    this.#recalled = Boolean(status.recalled);
  }

  async open(): Promise<void> {
    part("renew-words").textContent = "";
    this.#button.hidden = true;
    this.#dialog.showModal();
    await this.#trying(async () => this.#describe(await this.#desk.getJson<Term>("renewal")));
  }

  #describe(term: Term): void {
    part("renew-words").textContent = termInWords(term, this.#recalled, this.#shell.say);
    this.#button.hidden = term.renewed_due_at === null;
  }

  async #renew(): Promise<void> {
    this.#button.disabled = true;
    await this.#trying(async () => {
      const answer = await this.#desk.send("POST", "renewal", {});
      const { due_at } = (await answer.json()) as Term;
      this.#dialog.close();
      this.#shell.tell(this.#shell.say("renew.done", { when: when(due_at) }));
      await this.#desk.status();
    });
    this.#button.disabled = false;
  }

  async #trying(deed: () => Promise<void>): Promise<void> {
    await deed().catch((refused: unknown) => {
      part("renew-words").textContent = refused instanceof Problem && refused.title ? refused.title : this.#shell.say("unreachable");
    });
  }

  #tellRecall({ due_at }: LoanStatus): void {
    this.#shell.tell(this.#shell.say("recalled", { when: when(due_at) }), {
      label: this.#shell.say("recalled.go"),
      done: () => part<HTMLDialogElement>("return").showModal(),
    });
  }
}

/** Until when a loan lasts, and whether it may be renewed. */
export function termInWords({ due_at, renewals_left, somebody_waits, renewed_due_at }: Term, recalled: boolean, say: Say): string {
  const values = { when: when(due_at), until: when(renewed_due_at), count: renewals_left };
  if (recalled) return say("renew.recalled", values);
  if (somebody_waits) return say("renew.waited", values);
  if (renewals_left === 0) return say("renew.none", values);
  if (renewed_due_at === null) return say("renew.later", values);
  return say(renewals_left === 1 ? "renew.last" : "renew.left", values);
}

export function when(due: string | null): string {
  return due ? dateOf(new Date(due), new Date(), language()) : "";
}
