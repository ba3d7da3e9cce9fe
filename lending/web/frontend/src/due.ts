/** Times as people say them. Pure: `now` is a parameter. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NEAR = 2 * DAY * 1000;

/** "in 3 days", "tomorrow", "in 5 hours": how long from `now` to `due`, in the words of `language`. */
export function untilDue(due: Date, now: Date, language: string): string {
  const seconds = Math.max(0, (due.getTime() - now.getTime()) / 1000);
  const words = new Intl.RelativeTimeFormat(language, { numeric: seconds >= DAY ? "auto" : "always" });
  if (seconds >= 2 * DAY) return words.format(Math.round(seconds / DAY), "day");
  if (seconds >= DAY) return words.format(1, "day");
  if (seconds >= HOUR) return words.format(Math.round(seconds / HOUR), "hour");
  return words.format(Math.max(1, Math.round(seconds / MINUTE)), "minute");
}

/** "14 days", "6 hours": a length of time. */
export function howLong(seconds: number, language: string): string {
  const days = seconds / DAY;
  const [amount, unit] = days >= 2 ? [Math.round(days), "day"] : [Math.max(1, Math.round(seconds / HOUR)), "hour"];
  return new Intl.NumberFormat(language, { style: "unit", unit: unit as "day" | "hour", unitDisplay: "long" }).format(amount as number);
}

/** "8 Dec 2026", with the time of day when `due` is near enough for it to matter. */
export function dateOf(due: Date, now: Date, language: string): string {
  return written(due, language, { dateStyle: "medium", ...(due.getTime() - now.getTime() < NEAR ? { timeStyle: "short" } : {}) });
}

/** How the server's pages show a time: as a date, as a day with no year, or always with the time of day. */
export type Shows = "day" | "short" | "moment";

/** A time of the server's pages in this device's zone; like there, what is near and to come has its time of day. */
export function shownTime(when: Date, shows: Shows, now: Date, language: string): string {
  const ahead = when.getTime() - now.getTime();
  const timed = shows === "moment" || (ahead >= 0 && ahead < NEAR);
  const day: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", ...(shows === "short" ? {} : { year: "numeric" }) };
  return written(when, language, timed ? { ...day, hour: "2-digit", minute: "2-digit" } : day);
}

function written(when: Date, language: string, how: Intl.DateTimeFormatOptions): string {
  // The library writes the day before the month in English too: "8 Dec 2026" on every page.
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, how).format(when);
}
