/** The page where people ask to borrow a title: one button, and this browser has a place in the line. */
import { postBound } from "./claiming.ts";
import { forgetPlace, keepPlace, keptPlaces, placeAddress } from "./kept-places.ts";
import { localiseTimes } from "./local-times.ts";
import { isOpen, type PlaceSeen } from "./place-words.ts";
import { ask, json, learnNonce, Problem } from "./problems.ts";
import { pageData, part, say, type Texts } from "./texts.ts";

interface AskConfig {
  api: string;
  page: string;
  edition: string;
  title: string;
  nonce: string;
  texts: Texts;
}

interface PlaceGot {
  token: string;
}

const config = pageData<AskConfig>("ask-config");
const button = part<HTMLButtonElement>("ask-button");

/** Who is in line from this browser is led to their place instead of asked again. */
async function recall(): Promise<void> {
  const kept = keptPlaces().find((one) => one.title_id === config.edition);
  if (!kept) return;
  const answer = await ask(`${config.api}holds/look`, json({ token: kept.token }));
  if (!isOpen((await answer.json()) as PlaceSeen)) return forgetPlace(kept.token);
  part<HTMLAnchorElement>("ask-place").href = placeAddress(kept.token);
  part("ask-already").hidden = false;
  part("ask").hidden = true;
}

async function join(): Promise<void> {
  const name = typed("ask-name");
  const field = part<HTMLInputElement>("ask-name");
  part("ask-name-missing").hidden = name !== "";
  field.toggleAttribute("aria-invalid", name === "");
  if (!name) return field.focus();
  button.disabled = true;
  part("ask-trouble").hidden = true;
  try {
    const { token } = await placed(name, typed("ask-email"));
    keepPlace({ token, title_id: config.edition, title: config.title });
    location.assign(placeAddress(token));
  } catch (refused) {
    tell(refused);
  }
  button.disabled = false;
}

async function placed(name: string, email: string): Promise<PlaceGot> {
  const url = `${config.api}ask/${config.page}/titles/${config.edition}/holds`;
  const answer = await postBound(url, { name, ...(email ? { email } : {}) }, `hold ${config.edition}`);
  return (await answer.json()) as PlaceGot;
}

function tell(refused: unknown): void {
  const words = refused instanceof Problem ? refused.words : say(config.texts, "unreachable");
  part("ask-trouble").textContent = words;
  part("ask-trouble").hidden = false;
}

/** What stands in a field; nothing where the page has no such field (it asks for an address only where mail is sent). */
function typed(id: string): string {
  return (document.getElementById(id) as HTMLInputElement | null)?.value.trim() ?? "";
}

learnNonce(config.nonce);
localiseTimes(document);
part("ask-form").addEventListener("submit", (event) => {
  event.preventDefault();
  void join();
});
void recall().catch(() => undefined);
