/** The keys of the reading page: whose a key is, and what it asks for. */
import { wishOfKey, type Wish } from "./gestures.ts";
import type { Panels } from "./panels.ts";
import type { SettingsKeeper } from "./settings-keeper.ts";
import type { Shell } from "./shell.ts";

const steps: Readonly<Record<string, -1 | 1>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export class Keyboard {
  readonly #shell: Shell;
  readonly #panels: Panels;
  readonly #settings: SettingsKeeper;
  readonly #fulfil: (wish: Wish) => void;

  constructor(shell: Shell, panels: Panels, settings: SettingsKeeper, fulfil: (wish: Wish) => void) {
    this.#shell = shell;
    this.#panels = panels;
    this.#settings = settings;
    this.#fulfil = fulfil;
  }

  /** A key, pressed on the page or within the book's frame. */
  pressed(event: KeyboardEvent): void {
    const pages = this.#shell.pages;
    if (!pages || event.defaultPrevented || isTaken(event)) return;
    if (this.#isMeantForSmallThings(event)) return event.preventDefault();
    const wish = wishOfKey(event, pages.direction, this.#settings.now.shortcuts);
    if (!wish || this.#scrollsItself(event)) return;
    event.preventDefault();
    this.#fulfil(wish);
  }

  /** While words are chosen or something small is open, some keys mean that. */
  #isMeantForSmallThings({ key, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
    if (ctrlKey || altKey || metaKey) return false;
    if (key === "Escape") return this.#panels.escape();
    if (key === "Enter") return this.#panels.enter();
    const step = steps[key];
    if (!step || !this.#panels.sentences.choosing) return false;
    void this.#panels.sentences.step(step);
    return true;
  }

  /** A page zoomed beyond the stage is moved up and down by the browser itself. */
  #scrollsItself({ key }: KeyboardEvent): boolean {
    const { scrollHeight, clientHeight } = this.#shell.stage;
    return /^Arrow(Up|Down)$/.test(key) && scrollHeight > clientHeight + 1;
  }
}

/** Whether a key belongs to the control that has the focus, or to an open panel. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target as Element | null;
  if (document.querySelector("dialog[open]") || target?.closest?.("input, select, textarea, audio, video")) return true;
  return (event.key === " " || event.key === "Enter") && Boolean(target?.closest?.("button, a[href], summary"));
}
