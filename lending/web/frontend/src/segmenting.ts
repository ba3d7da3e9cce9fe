/** Sentences and words of a text, as its language parts them. */

type Granularity = "sentence" | "word";

/** `language`: BCP 47 as a book says it, which may be nothing or nonsense. */
export function segmenter(language: string, granularity: Granularity): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language || undefined, { granularity });
  } catch {
    return new Intl.Segmenter(undefined, { granularity });
  }
}

/** The word at a place in a text, or undefined between words. */
export function wordAt(text: string, place: number): { start: number; end: number } | undefined {
  const found = segmenter("", "word").segment(text).containing(place);
  return found?.isWordLike ? { start: found.index, end: found.index + found.segment.length } : undefined;
}
