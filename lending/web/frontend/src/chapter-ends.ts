/** In a scroll: the ways on and back at the end and the start of a chapter. They belong to our page, not to the book's. */
import type { BookView, Way } from "./epub-view.ts";
import { pageData, say, type Texts } from "./texts.ts";

/** How far a wheel is turned beyond the end before it means the next chapter. CSS pixels, and a pause before it. */
const WHEEL_MEANS_IT = 400;
const REST = 350;

export class ChapterEnds {
  readonly #buttons: Readonly<Record<Way, HTMLButtonElement>>;
  readonly #turn: (way: Way) => void;
  #pushed = 0;
  #arrivedAt = 0;

  constructor(stage: HTMLElement, turn: (way: Way) => void) {
    this.#turn = turn;
    this.#buttons = { [1]: button("chapter.next", "chapter-next"), [-1]: button("chapter.previous", "chapter-previous") };
    for (const way of [1, -1] as const) this.#buttons[way].addEventListener("click", () => turn(way));
    stage.append(this.#buttons[-1], this.#buttons[1]);
  }

  /** Shows the way that is open from where the view stands. */
  look(view: BookView | undefined): void {
    for (const way of [1, -1] as const) {
      const open = Boolean(view?.scrolls && view.ready && view.atEdge(way) && view.neighbour(way) !== undefined);
      if (open && this.#buttons[way].hidden) this.#arrivedAt = Date.now();
      this.#buttons[way].hidden = !open;
    }
  }

  /** A wheel that is turned on and on at the end goes on to the next chapter. */
  wheeled(event: WheelEvent, vertical: boolean): void {
    const distance = vertical && event.deltaX ? -event.deltaX : event.deltaY;
    const way: Way = distance > 0 ? 1 : -1;
    if (this.#buttons[way].hidden || Date.now() - this.#arrivedAt < REST) this.#pushed = 0;
    else this.#pushed += Math.abs(distance);
    if (this.#pushed < WHEEL_MEANS_IT) return;
    this.#pushed = 0;
    this.#arrivedAt = Date.now();
    this.#turn(way);
  }

  remove(): void {
    for (const one of Object.values(this.#buttons)) one.remove();
  }
}

function button(text: string, name: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button chapter-end ${name}`;
  made.textContent = say(pageData<{ texts: Texts }>("reader-config").texts, text);
  made.hidden = true;
  return made;
}
