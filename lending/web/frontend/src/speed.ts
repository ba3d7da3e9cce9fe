/** How fast something goes, told calmly: a mean over the last seconds, not the last packet. */

const WINDOW = 5000;

export class Speed {
  readonly #seen: { at: number; bytes: number }[] = [];

  /** Takes note of `bytes` sent so far at time `at` (ms); gives bytes per second, once there is enough to tell. */
  seen(bytes: number, at: number): number | undefined {
    this.#seen.push({ at, bytes });
    while (this.#seen.length > 2 && (this.#seen[0]?.at ?? at) < at - WINDOW) this.#seen.shift();
    const first = this.#seen[0];
    if (!first || at - first.at < 500) return undefined;
    return Math.max(0, ((bytes - first.bytes) / (at - first.at)) * 1000);
  }
}

/** "1.2 MB/s", "340 kB/s". */
export function speedWords(bytesPerSecond: number, language: string): string {
  const [value, unit] = bytesPerSecond >= 1e6 ? [bytesPerSecond / 1e6, "megabyte"] : [bytesPerSecond / 1e3, "kilobyte"];
  return new Intl.NumberFormat(language || "en", {
    style: "unit",
    unit: `${unit}-per-second`,
    maximumFractionDigits: Number(value) < 10 ? 1 : 0,
  }).format(value as number);
}
