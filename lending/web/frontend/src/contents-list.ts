/** The contents panel: the book's chapters as nested lists of buttons, the present one marked. */
import type { Chapter } from "./pages.ts";

type Target = string | number;

export class ContentsList {
  readonly #place: HTMLElement;
  readonly #buttons = new Map<Target, HTMLButtonElement>();
  #marked: HTMLButtonElement | undefined;

  constructor(place: HTMLElement, chapters: readonly Chapter[], chosen: (target: Target) => void) {
    this.#place = place;
    place.replaceChildren(this.#list(chapters, chosen));
  }

  /** Marks the chapter that is being read. */
  mark(target: Target | null): void {
    const button = target === null ? undefined : this.#buttons.get(target);
    if (button === this.#marked) return;
    this.#marked?.removeAttribute("aria-current");
    button?.setAttribute("aria-current", "true");
    this.#marked = button;
  }

  /** Called when the panel opens: the present chapter is in sight, and ready to go on from. */
  reveal(): void {
    this.#marked?.scrollIntoView({ block: "center" });
    (this.#marked ?? this.#place.querySelector("button"))?.focus({ preventScroll: true });
  }

  #list(chapters: readonly Chapter[], chosen: (target: Target) => void): HTMLElement {
    const list = document.createElement("ol");
    list.className = "contents-list";
    list.append(...chapters.map((chapter) => this.#entry(chapter, chosen)));
    return list;
  }

  #entry({ label, target, children }: Chapter, chosen: (target: Target) => void): HTMLElement {
    const entry = document.createElement("li");
    entry.append(target === null ? heading(label) : this.#button(label, target, chosen));
    if (children.length) entry.append(this.#list(children, chosen));
    return entry;
  }

  #button(label: string, target: Target, chosen: (target: Target) => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.dir = "auto";
    button.addEventListener("click", () => chosen(target));
    if (!this.#buttons.has(target)) this.#buttons.set(target, button);
    return button;
  }
}

function heading(label: string): HTMLElement {
  const words = document.createElement("span");
  words.textContent = label;
  words.dir = "auto";
  return words;
}
