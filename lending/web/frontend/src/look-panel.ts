/** How the book looks on this device: theme, size of the text, zoom. Kept in localStorage, for every book. */
import type { Look, Pages, Theme } from "./pages.ts";
import { part } from "./texts.ts";

const KEPT_AS = "lending.look";
const SIZES = [70, 80, 90, 100, 112, 125, 140, 160, 180, 210, 250] as const;
const themes: readonly string[] = ["light", "sepia", "dark"];

/** The kept look; whatever is not one (an old version's, a hand's) is the usual one. */
export function parseLook(kept: string | null, prefersDark: boolean): Look {
  const usual: Look = { theme: prefersDark ? "dark" : "light", size: 100 };
  try {
    const { theme, size } = JSON.parse(kept ?? "{}") as Partial<Look>;
    return {
      theme: theme && themes.includes(theme) ? theme : usual.theme,
      size: size && (SIZES as readonly number[]).includes(size) ? size : usual.size,
    };
  } catch {
    return usual;
  }
}

export function nextSize(size: number, step: -1 | 1): number {
  const at = SIZES.findIndex((one) => one >= size);
  return SIZES[Math.min(Math.max(at + step, 0), SIZES.length - 1)] ?? 100;
}

export class LookPanel {
  #look: Look;
  #pages: Pages | undefined;

  constructor() {
    this.#look = parseLook(localStorage.getItem(KEPT_AS), matchMedia("(prefers-color-scheme: dark)").matches);
    this.#show();
    for (const radio of this.#themeChoices()) {
      radio.addEventListener("change", () => this.#wear({ ...this.#look, theme: radio.value as Theme }));
    }
    part("size-smaller").addEventListener("click", () => this.step(-1));
    part("size-larger").addEventListener("click", () => this.step(1));
    part("zoom-fit").addEventListener("click", () => this.fit());
  }

  get look(): Look {
    return this.#look;
  }

  /** From now on the panel dresses `pages`. */
  serve(pages: Pages): void {
    this.#pages = pages;
    part("zoom-fit").hidden = !pages.zoom;
    part("size-now").hidden = Boolean(pages.zoom);
  }

  /** Larger or smaller: the text where the book's text flows, the page where it doesn't. */
  step(step: -1 | 1): void {
    if (this.#pages?.zoom) this.#pages.zoom(step);
    else this.#wear({ ...this.#look, size: nextSize(this.#look.size, step) });
  }

  fit(): void {
    if (this.#pages?.zoom) this.#pages.zoom(0);
    else this.#wear({ ...this.#look, size: 100 });
  }

  #wear(look: Look): void {
    this.#look = look;
    this.#show();
    this.#pages?.wear(look);
    try {
      localStorage.setItem(KEPT_AS, JSON.stringify(look));
    } catch {
      // A browser that keeps nothing still shows what was chosen, until the page is left.
    }
  }

  #show(): void {
    document.documentElement.dataset["paper"] = this.#look.theme;
    document.documentElement.dataset["theme"] = this.#look.theme === "dark" ? "dark" : "light";
    for (const radio of this.#themeChoices()) radio.checked = radio.value === this.#look.theme;
    part("size-now").textContent = `${this.#look.size} %`;
  }

  #themeChoices(): HTMLInputElement[] {
    return [...document.querySelectorAll<HTMLInputElement>('input[name="theme"]')];
  }
}
