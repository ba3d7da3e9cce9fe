/** What the reader is told of their loan's term: that the book is asked back, and how to keep it for longer. */
import { dialog } from "./dialogs.ts";
import { dateOf } from "./due.ts";
import { Problem } from "./problems.ts";
import type { LoanStatus, ReadingDesk } from "./reading-desk.ts";
import type { Shell } from "./shell.ts";
import { language, part } from "./texts.ts";

interface Renewed {
  due_at: string;
  renewals_left: number;
}

export class LoanTerm {
  readonly #shell: Shell;
  readonly #desk: ReadingDesk;
  readonly #dialog = dialog("renew");
  readonly #button = part<HTMLButtonElement>("renew-now");
  #status: LoanStatus | undefined;
  #recalled = false;

  constructor(shell: Shell, desk: ReadingDesk) {
    this.#shell = shell;
    this.#desk = desk;
    this.#button.addEventListener("click", () => void this.#renew());
  }

  heard(status: LoanStatus): void {
    this.#status = status;
    if (status.recalled && !this.#recalled) this.#tellRecall(status);
    this.#recalled = Boolean(status.recalled);
    if (this.#dialog.open) this.#describe();
  }

  open(): void {
    this.#describe();
    this.#dialog.showModal();
  }

  #describe(): void {
    const { due_at = null, renewals_left = 0, recalled = false } = this.#status ?? {};
    const key = recalled ? "renew.recalled" : renewals_left === 0 ? "renew.none" : renewals_left === 1 ? "renew.last" : "renew.left";
    part("renew-words").textContent = this.#shell.say(key, { when: when(due_at), count: renewals_left });
    this.#button.hidden = key === "renew.recalled" || key === "renew.none";
  }

  async #renew(): Promise<void> {
    this.#button.disabled = true;
    try {
      const answer = await this.#desk.send("POST", "renewal", {});
      const { due_at } = (await answer.json()) as Renewed;
      this.#dialog.close();
      this.#shell.tell(this.#shell.say("renew.done", { when: when(due_at) }));
    } catch (refused) {
      part("renew-words").textContent = refused instanceof Problem && refused.title ? refused.title : this.#shell.say("unreachable");
    }
    this.#button.disabled = false;
    await this.#desk.status().catch(() => undefined);
  }

  #tellRecall({ due_at }: LoanStatus): void {
    this.#shell.tell(this.#shell.say("recalled", { when: when(due_at) }), {
      label: this.#shell.say("recalled.go"),
      done: () => part<HTMLDialogElement>("return").showModal(),
    });
  }
}

function when(due: string | null): string {
  return due ? dateOf(new Date(due), new Date(), language()) : "";
}
