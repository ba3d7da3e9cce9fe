/** The sheet by which a borrower passes the book on: to whom, then the link to send, until a friend has taken it. */
import { dialog } from "./dialogs.ts";
import { dateOf } from "./due.ts";
import { serveLinkButtons } from "./link-buttons.ts";
import { Problem } from "./problems.ts";
import { drawnCode } from "./qr-code.ts";
import type { ReadingDesk } from "./reading-desk.ts";
import type { Shell } from "./shell.ts";
import { language, part } from "./texts.ts";

interface Onward {
  allowed: boolean;
  offer: object | null;
}

interface OnwardLink {
  for_whom: string;
  claim_by: string;
  url: string;
  qr: string;
}

/** "void": an offer is out that nobody can take any more; it can only be taken back. */
type Face = "form" | "link" | "void" | "none";

export class PassSheet {
  readonly #shell: Shell;
  readonly #desk: ReadingDesk;
  readonly #settle: () => Promise<unknown>;
  readonly #dialog = dialog("pass-on");
  readonly #form = part<HTMLFormElement>("pass-on-form");
  readonly #name = part<HTMLInputElement>("pass-on-name");
  readonly #note = part<HTMLTextAreaElement>("pass-on-note");
  readonly #address = part<HTMLInputElement>("pass-on-address");

  /** `settle`: what this device has not sent yet is sent, since the loan may end at any moment from then on. */
  constructor(shell: Shell, desk: ReadingDesk, settle: () => Promise<unknown>) {
    this.#shell = shell;
    this.#desk = desk;
    this.#settle = settle;
    serveLinkButtons(this.#dialog);
    this.#address.addEventListener("focus", () => this.#address.select());
    this.#dialog.addEventListener("close", () => this.#show("none"));
    part("pass-on-take-back").addEventListener("click", () => void this.#takeBack());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#make();
    });
  }

  async open(): Promise<void> {
    this.#show("none");
    this.#dialog.showModal();
    await this.#trying(async () => {
      const { allowed, offer } = await this.#desk.getJson<Onward>("onward");
      if (offer && allowed) await this.#showAgain();
      else if (offer) this.#show("void", this.#shell.say("pass.void"));
      else this.#show(allowed ? "form" : "none", this.#shell.say(allowed ? "pass.ask" : "pass.no"));
    });
  }

  async #make(): Promise<void> {
    await this.#trying(async () => {
      await this.#settle();
      const wish = { for_whom: this.#name.value.trim(), note: this.#note.value.trim() };
      await this.#desk.sendProven("onward", wish).then(
        (answer) => this.#showLink(answer),
        (refused: unknown) => {
          // Made in another tab meanwhile.
          if (refused instanceof Problem && refused.code === "link-already-out") return this.#showAgain();
          throw refused;
        },
      );
      this.#form.reset();
    });
  }

  async #takeBack(): Promise<void> {
    await this.#trying(async () => {
      await this.#desk.send("DELETE", "onward");
      this.#dialog.close();
      this.#shell.tell(this.#shell.say("pass.taken-back"));
    });
  }

  async #showAgain(): Promise<void> {
    await this.#showLink(await this.#desk.sendProven("onward/link"));
  }

  async #showLink(answer: Response): Promise<void> {
    const { for_whom: name, claim_by, url, qr } = (await answer.json()) as OnwardLink;
    const when = dateOf(new Date(claim_by), new Date(), language());
    part("pass-on-code").replaceChildren(drawnCode(qr));
    this.#address.value = url;
    this.#show("link", this.#shell.say(name ? "pass.waits-for" : "pass.waits", { name, when }));
  }

  /** What is not shown of the sheet holds no link. */
  #show(face: Face, words = ""): void {
    part("pass-on-words").textContent = words;
    this.#form.hidden = face !== "form";
    part("pass-on-link").hidden = face !== "link" && face !== "void";
    part("pass-on-send").hidden = face !== "link";
    part("pass-on-close").hidden = face === "form";
    if (face === "form") this.#name.focus();
    else if (face === "link") this.#address.focus();
    else {
      part("pass-on-code").replaceChildren();
      this.#address.value = "";
    }
  }

  async #trying(deed: () => Promise<void>): Promise<void> {
    const buttons = this.#dialog.querySelectorAll("button");
    for (const button of buttons) button.disabled = button.dataset["close"] === undefined;
    await deed().catch((refused: unknown) => {
      part("pass-on-words").textContent = refused instanceof Problem && refused.title ? refused.title : this.#shell.say("unreachable");
    });
    for (const button of buttons) button.disabled = false;
  }
}
