/** The books on loan to this browser, on their page: each can be returned from there, or kept for longer. */
import { dialog } from "./dialogs.ts";
import { loanExchange } from "./loan-exchange.ts";
import { localiseTimes } from "./local-times.ts";
import { type Term, termInWords, when } from "./loan-term.ts";
import { MarksBook } from "./marks-book.ts";
import { sweepLoan } from "./outbox.ts";
import { Problem } from "./problems.ts";
import { type Binding, ReadingDesk } from "./reading-desk.ts";
import type { Say } from "./shell.ts";
import { part, say, type Texts } from "./texts.ts";

export interface OpenLoan {
  title: string;
  binding: Binding;
  due: string | null;
  recalled: boolean;
  texts: Texts;
}

const SAID = "lending.said";

/** The page is there again, without the book that was returned: it says so. */
export function tellReturned(): void {
  tell(sessionStorage.getItem(SAID) ?? "");
  sessionStorage.removeItem(SAID);
}

export function serveLoans(loans: Readonly<Record<string, OpenLoan>>): void {
  const returning = dialog("return");
  const renewing = dialog("renew");
  let chosen: BorrowedLoan | undefined;
  for (const row of document.querySelectorAll<HTMLElement>("[data-open-loan]")) {
    const { openLoan: id = "" } = row.dataset;
    const about = loans[id];
    if (!about) continue;
    const loan = new BorrowedLoan(id, about, row);
    row.hidden = false;
    row.addEventListener("click", ({ target }) => {
      const deed = target instanceof Element ? target.closest<HTMLElement>("[data-deed]")?.dataset["deed"] : undefined;
      if (!deed) return;
      chosen = loan;
      part(`${deed}-which`).textContent = about.title;
      if (deed === "return") returning.showModal();
      else void loan.askTerm(renewing);
    });
  }
  returning.addEventListener("close", () => (part("return-trouble").hidden = true));
  part("return-now").addEventListener("click", () => void chosen?.giveBack());
  part("renew-now").addEventListener("click", () => void chosen?.renew(renewing));
}

class BorrowedLoan {
  readonly #id: string;
  readonly #about: OpenLoan;
  readonly #row: HTMLElement;
  readonly #desk: ReadingDesk;
  readonly #say: Say;

  constructor(id: string, about: OpenLoan, row: HTMLElement) {
    this.#id = id;
    this.#about = about;
    this.#row = row;
    this.#say = (key, values = {}) => say(about.texts, key, values);
    this.#desk = new ReadingDesk(`/api/v1/loans/${id}/`, about.binding, {
      ended: (because) => this.#ended(because),
      reachable: (yes) => {
        part("renew-words").textContent = yes ? "" : this.#say("unreachable");
      },
      slowed: () => undefined,
      asks: () => "",
      heard: () => undefined,
    });
  }

  /** What was written in the book and has not reached the library yet goes first. */
  async giveBack(): Promise<void> {
    const trouble = part("return-trouble");
    trouble.hidden = true;
    await this.#pressing("return-now", trouble, async () => {
      const marks = new MarksBook({ loan: this.#id, due: this.#about.due, send: loanExchange(this.#desk, "").marks });
      if (marks.waiting) await marks.sync();
      await this.#desk.giveBack();
      marks.forget();
    });
  }

  async askTerm(sheet: HTMLDialogElement): Promise<void> {
    const words = part("renew-words");
    words.textContent = "";
    part("renew-now").hidden = true;
    sheet.showModal();
    await this.#pressing("renew-now", words, async () => {
      const term = await this.#desk.getJson<Term>("renewal");
      words.textContent = termInWords(term, this.#about.recalled, this.#say);
      part("renew-now").hidden = term.renewed_due_at === null;
    });
  }

  async renew(sheet: HTMLDialogElement): Promise<void> {
    await this.#pressing("renew-now", part("renew-words"), async () => {
      const { due_at } = (await (await this.#desk.send("POST", "renewal", {})).json()) as Term;
      const tile = this.#row.parentElement ?? this.#row;
      for (const time of tile.querySelectorAll("time")) time.dateTime = due_at ?? time.dateTime;
      localiseTimes(tile);
      sheet.close();
      tell(this.#say("renewed", { title: this.#about.title, when: when(due_at) }));
    });
  }

  /** Wherever it ended: the page is made anew, and has its marks to take home. */
  #ended(because: string): void {
    sweepLoan(this.#id);
    if (because === "returned") sessionStorage.setItem(SAID, this.#say("returned", { title: this.#about.title }));
    location.reload();
  }

  async #pressing(id: string, trouble: HTMLElement, deed: () => Promise<void>): Promise<void> {
    const button = part<HTMLButtonElement>(id);
    button.disabled = true;
    await deed().catch((refused: unknown) => {
      if (this.#desk.over) return;
      trouble.textContent = refused instanceof Problem && refused.title ? refused.words : this.#say("unreachable");
      trouble.hidden = false;
    });
    button.disabled = false;
  }
}

function tell(words: string): void {
  part("borrowed-said").textContent = words;
}
