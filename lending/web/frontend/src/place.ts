/**
 * A place in a line: where it is, and the button once it is its turn. The token is in the fragment, and stays there:
 * the address is what leads back.
 */
import { Asking } from "./ask-again.ts";
import { fill, showCover, showOnly } from "./book-seen.ts";
import { claim } from "./claiming.ts";
import { forgetPlace, keepPlace } from "./kept-places.ts";
import { tokenIn } from "./link-token.ts";
import { isOpen, placeInWords, type PlaceSeen, type Said } from "./place-words.ts";
import { ask, json, learnNonce, Problem, sentences } from "./problems.ts";
import { language, pageData, part, say, type Texts } from "./texts.ts";

interface PlaceConfig {
  api: string;
  nonce: string;
  texts: Texts;
}

const config = pageData<PlaceConfig>("place-config");
const token = tokenIn(location.hash) ?? "";
const SECTIONS = ["place-wait", "place", "place-refused"];
const asking = new Asking(look, (refused) => failed(refused));
let seen: PlaceSeen | undefined;
let announced = "";

/** Whether there is more to hear of it. */
async function look(): Promise<boolean> {
  const answer = await ask(`${config.api}holds/look`, json({ token, cover: seen === undefined }));
  const now = (await answer.json()) as PlaceSeen;
  if (!seen) introduce(now);
  // What was refused before is over then: what is so now says more.
  if (seen?.state !== now.state) part("place-trouble").hidden = true;
  seen = now;
  describe(now);
  return isOpen(now);
}

function introduce(place: PlaceSeen): void {
  fill("place-title", place.title);
  part("place-title").classList.toggle("title-long", place.title.length > 60);
  fill("place-authors", new Intl.ListFormat(language(), { type: "unit" }).format(place.authors));
  fill("place-lender", words("lends", { lender: place.lender }));
  showCover(place, "place-cover");
  showOnly("place", SECTIONS);
}

function describe(place: PlaceSeen): void {
  const said = placeInWords(place, config.texts, new Date(), language());
  fill("place-head", said.head);
  fill("place-more", said.more);
  fill("place-note", said.note);
  announce(said);
  document.title = place.state === "ready" ? words("title.ready", { title: place.title }) : place.title;
  part("place-card").dataset["state"] = place.state;
  part("place-turn").hidden = place.state !== "ready";
  part("place-leaving").hidden = part("place-keep").hidden = !isOpen(place);
  part("place-offline").hidden = true;
  leadOnward(place);
  if (isOpen(place)) keepPlace({ token, title_id: place.title_id, title: place.title });
  else forgetPlace(token);
}

/** Told to those who don't see, when it is another place or state: an estimate may move every minute. */
function announce({ head, more }: Said): void {
  if (announced !== head) fill("place-said", sentences([head, more]));
  announced = head;
}

/** Once it has ended: to the book, or to where it can be asked for again. */
function leadOnward({ state, read_url, ask_url }: PlaceSeen): void {
  const [address, key] = state === "filled" ? [read_url, "filled.go"] : [ask_url, "again.go"];
  const ended = state === "filled" || state === "lapsed" || state === "left";
  part("place-onward").hidden = !ended || !address;
  if (address) part<HTMLAnchorElement>("place-onward-link").href = address;
  fill("place-onward-link", words(key));
}

async function borrow(): Promise<void> {
  const link = seen?.link_token;
  if (!link) return;
  await pressed("place-borrow", async () => {
    const { read_url } = await claim(config.api, link);
    asking.stop();
    forgetPlace(token);
    location.assign(read_url);
  });
}

async function leave(): Promise<void> {
  await pressed("place-leave", async () => {
    await ask(`${config.api}holds/leave`, json({ token }));
    await asking.now();
    part("place-head").scrollIntoView({ block: "nearest" });
  });
}

/** A refusal is what became of the place meanwhile: it is looked at again. */
async function pressed(id: string, deed: () => Promise<void>): Promise<void> {
  const button = part<HTMLButtonElement>(id);
  button.disabled = true;
  part("place-trouble").hidden = true;
  try {
    await deed();
  } catch (refused) {
    trouble(refused);
    await asking.now();
  }
  button.disabled = false;
}

/** A server that stumbles is asked again; what it refuses is over. */
function failed(refused: unknown): void {
  const declined = refused instanceof Problem && !refused.isPassing;
  part("refused-again").hidden = declined;
  if (declined) {
    asking.stop();
    refuse(refused.title, refused.detail, refused.remedy);
  } else if (seen) part("place-offline").hidden = false;
  else refuse(words("unreachable.title"), words("unreachable.text"), "");
}

function trouble(refused: unknown): void {
  const problem = refused instanceof Problem ? refused : undefined;
  fill("place-trouble-words", problem?.words || words("unanswered"));
  part("place-trouble-borrowed").hidden = problem?.code !== "too-many-loans";
  part("place-trouble").hidden = false;
}

function refuse(title: string, detail: string, remedy: string): void {
  fill("refused-title", title);
  fill("refused-detail", detail);
  fill("refused-ask", remedy);
  showOnly("place-refused", SECTIONS);
}

function words(key: string, values: Record<string, string> = {}): string {
  return say(config.texts, key, values);
}

learnNonce(config.nonce);
part("place-borrow").addEventListener("click", () => void borrow());
part("place-leave").addEventListener("click", () => void leave());
part("refused-again").addEventListener("click", () => location.reload());
addEventListener("hashchange", () => location.reload());
if (token) void asking.now();
else {
  part("refused-again").hidden = true;
  refuse(words("no-token.title"), words("no-token.text"), "");
}
