/** How reading is set up: every setting by name, with the time of its last change. Pure; the keeper is settings-keeper.ts. */
import type { Face, Flow, Look, Paper, Theme } from "./pages.ts";

export interface Settings extends Omit<Look, "paper"> {
  /** A band that keeps the eye on its line. */
  ruler: boolean;
  /** The screen stays on while a book is open. */
  awake: boolean;
  /** Single letters do things; who speaks to their computer, or hits keys by chance, turns that off. */
  shortcuts: boolean;
  /** Reading aloud; 1 is the voice's own speed. */
  speed: number;
  /** The address of a voice; empty chooses one by the book's language. */
  voice: string;
}

export type Name = keyof Settings;
export type Value = string | number | boolean;

export const SIZES = [70, 80, 90, 100, 112, 125, 140, 160, 180, 210, 250] as const;
export const LINE_HEIGHTS = [0, 1.2, 1.35, 1.5, 1.7, 2] as const;
export const SPEEDS = [0.6, 0.8, 1, 1.2, 1.5, 1.8, 2.2] as const;

const themes: readonly Theme[] = ["light", "sepia", "grey", "dark", "contrast", "system"];
const faces: readonly Face[] = ["book", "serif", "sans", "dyslexic"];
const flows: readonly Flow[] = ["pages", "scroll"];

export const usual: Settings = {
  theme: "system",
  face: "book",
  size: 100,
  lineHeight: 0,
  margins: "usual",
  align: "book",
  hyphens: "book",
  flow: "pages",
  columns: "auto",
  // A page that slides is late: whoever likes the movement asks for it.
  slide: false,
  ruler: false,
  awake: false,
  shortcuts: true,
  speed: 1,
  voice: "",
};

const isOneOf =
  (allowed: readonly unknown[]) =>
  (value: unknown): boolean =>
    allowed.includes(value);
const isYesOrNo = (value: unknown): boolean => typeof value === "boolean";

const allowed: Readonly<Record<Name, (value: unknown) => boolean>> = {
  theme: isOneOf(themes),
  face: isOneOf(faces),
  size: isOneOf(SIZES),
  lineHeight: isOneOf(LINE_HEIGHTS),
  margins: isOneOf(["narrow", "usual", "wide"]),
  align: isOneOf(["book", "start", "justify"]),
  hyphens: isOneOf(["book", "on", "off"]),
  flow: isOneOf(flows),
  columns: isOneOf(["auto", "one", "two"]),
  slide: isYesOrNo,
  ruler: isYesOrNo,
  awake: isYesOrNo,
  shortcuts: isYesOrNo,
  speed: isOneOf(SPEEDS),
  voice: (value) => typeof value === "string" && value.length <= 100,
};

export const names = Object.keys(usual) as Name[];

/** A setting that somebody chose, and when: milliseconds since 1970 by this device's clock. */
export interface Chosen {
  value: Value;
  at: number;
}

export type Choices = Readonly<Partial<Record<Name, Chosen>>>;

export function isAllowed(name: string, value: unknown): boolean {
  return Object.hasOwn(allowed, name) && allowed[name as Name](value);
}

/** What was kept; whatever is not a setting (an old version's, a hand's) is left out. */
export function parseChoices(kept: string | null): Choices {
  try {
    const parsed: unknown = JSON.parse(kept ?? "{}");
    if (typeof parsed !== "object" || parsed === null) return {};
    return Object.fromEntries(Object.entries(parsed).filter(([name, chosen]) => isChosen(name, chosen)));
  } catch {
    return {};
  }
}

function isChosen(name: string, chosen: unknown): boolean {
  const { value, at } = (chosen ?? {}) as Partial<Chosen>;
  return isAllowed(name, value) && typeof at === "number" && Number.isFinite(at);
}

export function settingsOf(choices: Choices): Settings {
  const chosen = Object.entries(choices).map(([name, { value }]) => [name, value]);
  return { ...usual, ...Object.fromEntries(chosen) } as Settings;
}

/** Of each name the later choice; at the same moment, the newcomer's. */
export function laterOf(mine: Choices, newcomers: Choices): Choices {
  const merged: Partial<Record<Name, Chosen>> = { ...mine };
  for (const [name, chosen] of Object.entries(newcomers) as [Name, Chosen][]) {
    const before = merged[name];
    if (!before || chosen.at >= before.at) merged[name] = chosen;
  }
  return merged;
}

/** As the server keeps them. */
export type Kept = Readonly<Record<string, { value: unknown; changed_at: string }>>;

/** The server's settings by this device's clock; `ahead`: how far that is ahead of the server's, in milliseconds. */
export function choicesOf(kept: Kept, ahead: number): Choices {
  const known = Object.entries(kept).map(([name, { value, changed_at }]) => {
    return [name, { value, at: Date.parse(changed_at) + ahead }] as const;
  });
  return Object.fromEntries(known.filter(([name, chosen]) => isChosen(name, chosen)));
}

/** For the server: a device's clock may be wrong, but it knows how long ago something was. */
export function toSend(choices: Choices, now: number): Record<string, { value: Value; seconds_ago: number }> {
  return Object.fromEntries(
    Object.entries(choices).map(([name, { value, at }]) => {
      return [name, { value, seconds_ago: Math.max(0, (now - at) / 1000) }];
    }),
  );
}

export function nextOf(steps: readonly number[], value: number, step: -1 | 1): number {
  const at = steps.findIndex((one) => one >= value);
  return steps[Math.min(Math.max(at + step, 0), steps.length - 1)] ?? value;
}

export interface Surroundings {
  dark: boolean;
  contrast: boolean;
}

export function paperOf(theme: Theme, { dark, contrast }: Surroundings): Paper {
  if (theme !== "system") return theme;
  if (contrast) return "contrast";
  return dark ? "dark" : "light";
}

export function lookOf(settings: Settings, around: Surroundings): Look {
  const { theme, face, size, lineHeight, margins, align, hyphens, flow, columns, slide } = settings;
  const paper = paperOf(theme, around);
  return { theme, paper, face, size, lineHeight, margins, align, hyphens, flow, columns, slide };
}
