/** How a place in a line stands, and how it is said. Pure: `now` is a parameter. */
import { dateOf, howLong } from "./due.ts";
import { say, type Texts } from "./texts.ts";

export type HoldState = "asked" | "waiting" | "ready" | "filled" | "lapsed" | "left" | "declined";

export interface PlaceSeen {
  title_id: string;
  title: string;
  authors: readonly string[];
  lender: string;
  state: HoldState;
  place: number | null;
  waiting: number;
  estimate: { likely: string | null; latest: string } | null;
  until: string | null;
  link_token: string | null;
  loan_seconds: number | null;
  read_url: string | null;
  ask_url: string | null;
  cover: string | null;
}

export interface Said {
  head: string;
  more: string;
  note: string;
}

export function isOpen({ state }: Pick<PlaceSeen, "state">): boolean {
  return state === "asked" || state === "waiting" || state === "ready";
}

/** The place in words: what is so, and what follows from it. */
export function placeInWords(seen: PlaceSeen, texts: Texts, now: Date, language: string): Said {
  const { lender, state, place, waiting } = seen;
  const words = (key: string, values: Record<string, string | number> = {}) => say(texts, key, { lender, ...values });
  const date = (moment: string) => dateOf(new Date(moment), now, language);
  if (state === "asked")
    return { head: words("asked"), more: `${words("asked.more")} ${turn("asked.latest")}`, note: crowd(waiting - 1) };
  if (state === "waiting") return { head: rank(place ?? 1), more: turn("latest"), note: crowd(waiting - 1) };
  if (state === "ready") return { head: words("ready"), more: words("ready.more", kept()), note: "" };
  return { head: words(state), more: words(`${state}.more`), note: "" };

  function rank(place: number): string {
    return place === 1 ? words("waiting.first") : words("waiting.nth", { place });
  }

  function crowd(others: number): string {
    if (others <= 0) return words("waiting.alone");
    return others === 1 ? words("waiting.one") : words("waiting.more", { others });
  }

  function turn(byWhen: string): string {
    if (!seen.estimate) return words("unknown");
    const { likely, latest } = seen.estimate;
    if (new Date(latest) <= now) return words("free");
    const sentences = [words(byWhen, { latest: date(latest) })];
    if (likely) sentences.push(words("likely", { likely: date(likely) }));
    return sentences.join(" ");
  }

  function kept(): Record<string, string> {
    return { until: seen.until ? date(seen.until) : "", period: howLong(seen.loan_seconds ?? 0, language) };
  }
}
