/** Quotations: how much of a book goes to the clipboard at once, and where a word is explained. */

/** `limit`: characters; null sets none. White space between words counts once, as people would count. */
export function mayCopy(text: string, limit: number | null): boolean {
  return limit === null || text.replace(/\s+/g, " ").trim().length <= limit;
}

/** Puts text on the clipboard; false if the browser does not let us (over plain HTTP, say). */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByHand(text);
  }
}

/** The old way, which plain HTTP allows too. */
function copiedByHand(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

/** The dictionary page for `words` in the book's language; the English one has words of all languages. */
export function dictionaryUrl(words: string, language: string): string {
  const [code = ""] = language.toLowerCase().split("-");
  const host = /^[a-z]{2,3}$/.test(code) ? code : "en";
  return `https://${host}.wiktionary.org/wiki/Special:Search?search=${encodeURIComponent(words)}`;
}
