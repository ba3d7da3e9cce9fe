/** The reading ruler: a band across the page that keeps the eye on its line. It takes no clicks and hinders no selection. */
import { part } from "./texts.ts";

export class Ruler {
  readonly #band = part("ruler");
  #top = 0.3;

  constructor() {
    addEventListener("pointermove", ({ clientY }) => this.follow(clientY));
  }

  get on(): boolean {
    return !this.#band.hidden;
  }

  show(yes: boolean): void {
    this.#band.hidden = !yes;
    this.#place();
  }

  /** `top`: CSS pixels from the window's top. */
  follow(top: number): void {
    if (!this.on) return;
    this.#top = top / innerHeight;
    this.#place();
  }

  /** A line up or down; false if there is no more room, and the page should turn. */
  step(step: -1 | 1): boolean {
    const line = this.#band.offsetHeight / 2 / innerHeight;
    const next = this.#top + step * line;
    if (next < 0.05 || next > 0.95) return false;
    this.#top = next;
    this.#place();
    return true;
  }

  /** After a turned page the eye begins at its other end. */
  begin(at: "top" | "bottom"): void {
    this.#top = at === "top" ? 0.1 : 0.9;
    this.#place();
  }

  #place(): void {
    this.#band.style.top = `${Math.round(this.#top * innerHeight)}px`;
  }
}
