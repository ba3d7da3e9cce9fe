/** Media overlays (EPUB 3.3, section 9): which stretch of which sound belongs to which element. Pure, apart from `readSmil`. */

export interface Clip {
  /** As written: the address of the element, and of the sound. */
  text: string;
  audio: string;
  /** Seconds. `end` is undefined for "to the sound's end". */
  begin: number;
  end: number | undefined;
}

/** As much of an XML element as is needed. */
export interface SmilNode {
  readonly localName: string;
  readonly children: Iterable<SmilNode>;
  getAttribute(name: string): string | null;
}

/** A clock value (SMIL 3.0, "Clock values") in seconds: "5:34:31.396", "124:59:36", "04:34", "7.75h", "76.2s", "12.345". */
export function clockValue(text: string | null | undefined): number | undefined {
  const words = text?.trim() ?? "";
  const counted = /^(\d+(?:\.\d+)?)(h|min|s|ms)?$/.exec(words);
  if (counted) return Number(counted[1]) * { h: 3600, min: 60, s: 1, ms: 0.001 }[counted[2] ?? "s"]!;
  const clock = /^(?:(\d+):)?([0-5]?\d):([0-5]?\d(?:\.\d+)?)$/.exec(words);
  if (!clock) return undefined;
  return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
}

/** The clips of an overlay in order, however its `seq`s are nested. A `par` that is broken or silent is left out. */
export function clipsOf(root: SmilNode): Clip[] {
  if (root.localName === "par") return [clipOf(root)].filter((clip) => clip !== undefined);
  return [...root.children].flatMap(clipsOf);
}

function clipOf(par: SmilNode): Clip | undefined {
  const children = [...par.children];
  const text = children.find(({ localName }) => localName === "text")?.getAttribute("src");
  const sound = children.find(({ localName }) => localName === "audio");
  const audio = sound?.getAttribute("src");
  if (!text || !audio) return undefined;
  const begin = clockValue(sound?.getAttribute("clipBegin")) ?? 0;
  const end = clockValue(sound?.getAttribute("clipEnd"));
  return end !== undefined && end <= begin ? undefined : { text, audio, begin, end };
}

export function readSmil(text: string): Clip[] {
  return clipsOf(new DOMParser().parseFromString(text, "application/xml").documentElement);
}
