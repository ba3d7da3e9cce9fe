/** The sheet that lies over the book while it is read in another window. It leaves when the reader takes over, not before. */
import { part } from "./texts.ts";

export class SeatSheet {
  readonly #sheet = part<HTMLDialogElement>("seat");
  #wanted = false;

  constructor(take: () => void) {
    part("seat-take").addEventListener("click", take);
    this.#sheet.addEventListener("cancel", (event) => event.preventDefault());
    // A browser closes a dialog all the same when Escape is pressed twice.
    this.#sheet.addEventListener("close", () => this.#wanted && this.#open());
  }

  show(): void {
    this.#wanted = true;
    this.#open();
  }

  hide(): void {
    this.#wanted = false;
    delete document.body.dataset["seat"];
    this.#sheet.close();
  }

  /** Nothing is pressed by whoever was about to turn the page: the keyboard is with the heading. */
  #open(): void {
    document.body.dataset["seat"] = "elsewhere";
    if (!this.#sheet.open) this.#sheet.showModal();
    part("seat-title").focus();
  }
}
