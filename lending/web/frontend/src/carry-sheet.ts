/** The sheet with the QR code by which another device takes the loan over. */
import { dialog } from "./dialogs.ts";
import { Problem } from "./problems.ts";
import { drawnCode } from "./qr-code.ts";
import type { ReadingDesk } from "./reading-desk.ts";
import type { Shell } from "./shell.ts";
import { language, part } from "./texts.ts";

interface Carriage {
  url: string;
  qr: string;
  until: string;
}

export class CarrySheet {
  readonly #settle: () => Promise<unknown>;
  readonly #shell: Shell;
  readonly #desk: ReadingDesk;
  readonly #dialog = dialog("carry");

  /** `settle`: what this device has not sent yet is sent, or the other one would not have it. */
  constructor(shell: Shell, desk: ReadingDesk, settle: () => Promise<unknown>) {
    this.#settle = settle;
    this.#shell = shell;
    this.#desk = desk;
    this.#dialog.addEventListener("close", () => this.#clear());
    part<HTMLInputElement>("carry-address").addEventListener("focus", ({ target }) => (target as HTMLInputElement).select());
  }

  /** The code is made anew each time: it holds for ten minutes, and for one device. */
  async open(): Promise<void> {
    this.#dialog.showModal();
    try {
      await this.#settle();
      const answer = await this.#desk.sendProven("carriage");
      this.#show((await answer.json()) as Carriage);
    } catch (refused) {
      part("carry-words").textContent = refused instanceof Problem && refused.title ? refused.title : this.#shell.say("unreachable");
    }
  }

  #show({ url, qr, until }: Carriage): void {
    const when = new Date(until).toLocaleTimeString(language(), { timeStyle: "short" });
    part("carry-words").textContent = this.#shell.say("carry.until", { when });
    part("carry-code").replaceChildren(drawnCode(qr));
    part<HTMLInputElement>("carry-address").value = url;
  }

  #clear(): void {
    part("carry-code").replaceChildren();
    part<HTMLInputElement>("carry-address").value = "";
    part("carry-words").textContent = "";
  }
}
