/** Choosing a sentence by keyboard alone: one after the other is shown, and what is chosen is as good as selected. */
import type { Passage, Utterance } from "./pages.ts";
import type { Shell } from "./shell.ts";
import { part } from "./texts.ts";

export class Sentences {
  readonly #shell: Shell;
  #script: Utterance[] = [];
  #coming: AsyncIterator<Utterance> | undefined;
  #at = -1;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** The sentence that is shown as chosen, if the reader is choosing. */
  get chosen(): Passage | undefined {
    return this.#script[this.#at];
  }

  get choosing(): boolean {
    return this.#at >= 0;
  }

  /** Begins at the first sentence of the page that is shown. */
  async begin(): Promise<void> {
    this.#script = [];
    this.#at = -1;
    this.#coming = this.#shell.pages?.spoken()[Symbol.asyncIterator]();
    await this.step(1);
    if (this.choosing) this.#shell.tell(this.#shell.say("sentences.how"));
  }

  async step(step: -1 | 1): Promise<void> {
    const at = Math.max(0, this.#at + step);
    while (this.#script.length <= at) {
      const coming = await this.#coming?.next();
      if (!coming || coming.done) return;
      if (coming.value.text.trim()) this.#script.push(coming.value);
    }
    this.#at = at;
    await this.#show();
  }

  end(): void {
    if (!this.choosing) return;
    this.#at = -1;
    this.#script = [];
    this.#coming = undefined;
    this.#shell.pages?.decorate("spoken", []);
    part("said").textContent = "";
  }

  async #show(): Promise<void> {
    const pages = this.#shell.pages;
    const chosen = this.chosen;
    if (!pages || !chosen) return;
    if (!pages.shows(chosen.locator)) await pages.go(chosen.locator);
    pages.decorate("spoken", [{ id: "chosen", locator: chosen.locator, ink: "spoken" }]);
    part("said").textContent = chosen.text;
  }
}
