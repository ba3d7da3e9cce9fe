/**
 * The page of a gift: reads the link's token from the fragment, shows what it gives, accepts it.
 *
 * Only who has signed in sees the gift. The token waits in this tab while they sign in: the server, which never sees a
 * fragment, could not bring it back.
 */
import { type BookSeen, fill, showCover, showOnly } from "./book-seen.ts";
import { dateOf } from "./due.ts";
import { tokenIn } from "./link-token.ts";
import { ask, json, Problem } from "./problems.ts";
import { language, pageData, part, say, type Texts } from "./texts.ts";

interface GiftConfig {
  api: string;
  signedIn: boolean;
  texts: Texts;
}

interface GiftSeen extends BookSeen {
  giver: string;
  note: string;
  accept_by: string;
  state: string;
}

const SECTIONS = ["gift-wait", "gift-sign-in", "gift-offer", "gift-refused", "gift-no-token"];
const WAITING = "lending.gift";
const config = pageData<GiftConfig>("gift-config");

async function start(): Promise<void> {
  const token = tokenIn(location.hash) ?? sessionStorage.getItem(WAITING);
  if (!token) return show("gift-no-token");
  sessionStorage.setItem(WAITING, token);
  if (!config.signedIn) return show("gift-sign-in");
  try {
    const answer = await ask(`${config.api}gifts/look`, json({ token }));
    describe((await answer.json()) as GiftSeen);
    part("gift-button").addEventListener("click", () => void accept(token));
    show("gift-offer");
  } catch (refused) {
    refuse(refused);
  }
}

function describe(gift: GiftSeen): void {
  document.title = gift.title;
  fill("gift-title", gift.title);
  part("gift-title").classList.toggle("title-long", gift.title.length > 60);
  fill("gift-authors", new Intl.ListFormat(language(), { type: "unit" }).format(gift.authors));
  fill("gift-giver", words("gives", { giver: gift.giver }));
  fill("gift-note", gift.note);
  const isMine = gift.state === "used";
  fill("gift-until", isMine ? words("accepted") : words("until", { when: dateOf(new Date(gift.accept_by), new Date(), language()) }));
  if (isMine) part("gift-button").textContent = words("open");
  showCover(gift, "gift-cover");
}

async function accept(token: string): Promise<void> {
  const button = part<HTMLButtonElement>("gift-button");
  button.disabled = true;
  button.textContent = words("accepting");
  part("gift-trouble").hidden = true;
  try {
    const answer = await ask(`${config.api}gifts/accept`, json({ token }));
    const { copy } = (await answer.json()) as { copy: { url: string } };
    // The token has done its work; it is not to stay in the history or in this tab.
    sessionStorage.removeItem(WAITING);
    history.replaceState(null, "", location.pathname);
    location.assign(copy.url);
  } catch (refused) {
    button.disabled = false;
    button.textContent = words("accept");
    if (refused instanceof Problem) refuse(refused);
    else part("gift-trouble").hidden = false;
  }
}

function refuse(refused: unknown): void {
  const problem = refused instanceof Problem ? refused : undefined;
  if (problem?.status === 401) return show("gift-sign-in");
  if (problem) sessionStorage.removeItem(WAITING);
  const said = problem?.code === "not-allowed" ? "no-owner" : "unreachable";
  const inOwnWords = said === "no-owner" || !problem;
  fill("refused-title", inOwnWords ? words(`${said}.title`) : problem.title);
  fill("refused-detail", inOwnWords ? words(`${said}.text`) : problem.detail);
  fill("refused-ask", inOwnWords ? "" : problem.remedy);
  part("refused-again").hidden = Boolean(problem);
  show("gift-refused");
}

function show(id: string): void {
  showOnly(id, SECTIONS);
}

function words(key: string, values: Record<string, string> = {}): string {
  return say(config.texts, key, values);
}

part("refused-again").addEventListener("click", () => location.reload());
addEventListener("hashchange", () => location.reload());
void start();
