/** Which of the browser's voices reads. Pure. */

export interface Voice {
  readonly voiceURI: string;
  readonly name: string;
  readonly lang: string;
  readonly default: boolean;
  readonly localService: boolean;
}

/** "pt_BR" and "pt-BR" are the same; Android writes the former. */
function tag(language: string): string {
  return language.replace(/_/g, "-").toLowerCase();
}

function root(language: string): string {
  return tag(language).split("-", 1)[0] ?? "";
}

/** The voices that speak `language`, the likeliest first: of the same country, on this device, the browser's own choice. */
export function voicesFor<V extends Voice>(voices: readonly V[], language: string): V[] {
  const rank = (voice: V) => Number(tag(voice.lang) === tag(language)) * 4 + Number(voice.localService) * 2 + Number(voice.default);
  return voices.filter((voice) => root(voice.lang) === root(language)).sort((one, other) => rank(other) - rank(one));
}

/** The chosen voice if it speaks the language; else the likeliest; else, for a book in nobody's language, any. */
export function voiceFor<V extends Voice>(voices: readonly V[], language: string, chosen: string): V | undefined {
  const speaking = language ? voicesFor(voices, language) : [...voices];
  return speaking.find(({ voiceURI }) => voiceURI === chosen) ?? speaking[0] ?? voices.find((voice) => voice.default) ?? voices[0];
}
