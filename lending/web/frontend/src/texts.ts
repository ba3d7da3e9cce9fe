/** The page's words. The server translates them and hands them over as JSON; this file only fills the blanks. */

export type Texts = Readonly<Record<string, string>>;

/** The text of `key`, with `{name}` replaced by `values.name`. A key without text shows itself, so that it is noticed. */
export function say(texts: Texts, key: string, values: Readonly<Record<string, string | number>> = {}): string {
  const text = texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (blank, name: string) => (name in values ? String(values[name]) : blank));
}

/** The JSON that the server put into `<script type="application/json" id="…">`. */
export function pageData<T>(id: string): T {
  const element = document.getElementById(id);
  if (!element?.textContent) throw new Error(`The page has no #${id}.`);
  return JSON.parse(element.textContent) as T;
}

/** An element that the page's template promises. */
export function part<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}.`);
  return element as T;
}

export function language(): string {
  return document.documentElement.lang || "en";
}
