/** The panel "How it looks": its controls show the settings and change them, and the open book wears them at once. */
import { type Look, type Pages, type Theme } from "./pages.ts";
import { isAllowed, LINE_HEIGHTS, lookOf, type Name, names, nextOf, SIZES, type Settings, SPEEDS, type Surroundings, usual, type Value } from "./settings.ts";
import type { SettingsKeeper } from "./settings-keeper.ts";
import type { Say } from "./shell.ts";
import { language, part } from "./texts.ts";

const isDark = matchMedia("(prefers-color-scheme: dark)");
const wantsContrast = matchMedia("(prefers-contrast: more)");

export class LookPanel {
  readonly #keeper: SettingsKeeper;
  readonly #say: Say;
  readonly #panel = part("look");
  #pages: Pages | undefined;
  #worn = "";

  constructor(keeper: SettingsKeeper, say: Say) {
    this.#keeper = keeper;
    this.#say = say;
    this.#show(keeper.now);
    keeper.changed((settings) => this.#settingsChanged(settings));
    for (const around of [isDark, wantsContrast]) {
      around.addEventListener("change", () => this.#settingsChanged(keeper.now));
    }
    this.#panel.addEventListener("change", (event) => this.#chose(event.target as HTMLInputElement));
    this.#listenToSteps();
    part("look-usual").addEventListener("click", () => keeper.reset());
    part("rotate").addEventListener("click", () => this.#pages?.rotate?.());
    this.#offer("awake", "wakeLock" in navigator);
  }

  get look(): Look {
    return lookOf(this.#keeper.now, surroundings());
  }

  /** From now on the panel dresses `pages`, and shows what makes sense for that kind of book. */
  serve(pages: Pages): void {
    this.#pages = pages;
    for (const [need, able] of Object.entries(pages.abilities)) this.#offer(need, able);
    part("zoom-fit").hidden = !pages.zoom;
    part("size-now").hidden = Boolean(pages.zoom);
  }

  /** Larger or smaller: the text where the book's text flows, the page where it doesn't. */
  step(step: -1 | 1): void {
    if (this.#pages?.zoom) this.#pages.zoom(step);
    else this.#keeper.set("size", nextOf(SIZES, this.#keeper.now.size, step));
  }

  fit(): void {
    if (this.#pages?.zoom) this.#pages.zoom(0);
    else this.#keeper.set("size", usual.size);
  }

  #listenToSteps(): void {
    const stepping = (name: "lineHeight" | "speed", steps: readonly number[], step: -1 | 1) => () =>
      this.#keeper.set(name, nextOf(steps, this.#keeper.now[name], step));
    part("size-smaller").addEventListener("click", () => this.step(-1));
    part("size-larger").addEventListener("click", () => this.step(1));
    part("zoom-fit").addEventListener("click", () => this.fit());
    part("lineHeight-smaller").addEventListener("click", stepping("lineHeight", LINE_HEIGHTS, -1));
    part("lineHeight-larger").addEventListener("click", stepping("lineHeight", LINE_HEIGHTS, 1));
    part("speed-smaller").addEventListener("click", stepping("speed", SPEEDS, -1));
    part("speed-larger").addEventListener("click", stepping("speed", SPEEDS, 1));
  }

  #offer(need: string, able: boolean): void {
    for (const setting of this.#panel.querySelectorAll<HTMLElement>(`[data-needs="${need}"]`)) setting.hidden = !able;
  }

  #chose(control: HTMLInputElement): void {
    const value: Value = control.type === "checkbox" ? control.checked : control.value;
    if (isAllowed(control.name, value)) this.#keeper.set(control.name as Name, value);
  }

  #settingsChanged(settings: Settings): void {
    this.#show(settings);
    const look = this.look;
    const worn = JSON.stringify(look);
    if (worn === this.#worn) return;
    this.#worn = worn;
    this.#pages?.wear(look);
  }

  #show(settings: Settings): void {
    const { paper } = this.look;
    dress(paper);
    for (const control of this.#panel.querySelectorAll<HTMLInputElement>("input[name]")) {
      if (!(names as string[]).includes(control.name)) continue;
      const value = settings[control.name as Name];
      control.checked = control.type === "checkbox" ? value === true : control.value === value;
    }
    part("size-now").textContent = this.#say("percent", { percent: settings.size });
    part("lineHeight-now").textContent = settings.lineHeight ? number(settings.lineHeight) : this.#say("as-the-book");
    part("speed-now").textContent = this.#say("times", { times: number(settings.speed) });
  }
}

function surroundings(): Surroundings {
  return { dark: isDark.matches, contrast: wantsContrast.matches };
}

/** The page around the book, its controls, and the browser's own bar. */
function dress(paper: Exclude<Theme, "system">): void {
  const { dataset } = document.documentElement;
  dataset["paper"] = paper;
  dataset["theme"] = paper === "dark" || paper === "contrast" ? "dark" : "light";
  const colour = getComputedStyle(document.documentElement).getPropertyValue("--page").trim();
  part<HTMLMetaElement>("browser-colour").content = colour;
}

function number(value: number): string {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: 2 }).format(value);
}
