/** The places in lines that this browser has, on the page of what it has borrowed: how each stands just now. */
import { forgetPlace, keptPlaces, placeAddress, type KeptPlace } from "./kept-places.ts";
import { isOpen, placeInWords, type PlaceSeen } from "./place-words.ts";
import { ask, json, Problem, sentences } from "./problems.ts";
import { language, part, type Texts } from "./texts.ts";

export async function showPlaces(api: string, texts: Texts): Promise<void> {
  const kept = keptPlaces();
  const found = await Promise.allSettled(kept.map((place) => lineOf(place, api, texts)));
  const lines = found.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  part("places-list").replaceChildren(...lines);
  part("places").hidden = lines.length === 0;
}

/** A line for a place, leading to its page; one that has ended is still told there, once. */
async function lineOf({ token }: KeptPlace, api: string, texts: Texts): Promise<HTMLLIElement> {
  const seen = await look(token, api);
  if (!isOpen(seen)) forgetPlace(token);
  const said = placeInWords(seen, texts, new Date(), language());
  const link = element("a", "", seen.title);
  link.href = placeAddress(token);
  link.dir = "auto";
  const name = element("p", "waiter-name");
  name.append(link);
  const words = element("div", "waiter-words");
  words.append(name, element("p", "small soft", sentences([said.head, said.more])));
  const line = element("li", "waiter");
  line.append(words);
  return line;
}

/** Of a place that the library doesn't know any more there is nothing left to tell. */
async function look(token: string, api: string): Promise<PlaceSeen> {
  try {
    return (await (await ask(`${api}holds/look`, json({ token }))).json()) as PlaceSeen;
  } catch (refused) {
    if (refused instanceof Problem && !refused.isPassing) forgetPlace(token);
    throw refused;
  }
}

function element<K extends keyof HTMLElementTagNameMap>(kind: K, look: string, text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(kind);
  if (look) made.className = look;
  made.textContent = text;
  return made;
}
