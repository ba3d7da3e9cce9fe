/**
 * The borrow page: reads the link's token from the fragment, shows what it offers, claims it for this browser.
 * Looking changes nothing.
 */
import { type BookSeen, fill, showCover, showOnly } from "./book-seen.ts";
import { claim } from "./claiming.ts";
import { dateOf, howLong } from "./due.ts";
import { isInsideAnotherApp, tokenIn } from "./link-token.ts";
import { ask, json, Problem } from "./problems.ts";
import { language, pageData, part, say, type Texts } from "./texts.ts";

interface ClaimConfig {
  api: string;
  texts: Texts;
}

interface OfferSeen extends BookSeen {
  language: string | null;
  lender: string;
  for_whom: string;
  note: string;
  loan_seconds: number;
  /** When it is due where a friend passes it on, and their name, perhaps empty; null where the owner lends it. */
  due_at: string | null;
  passed_by: string | null;
  claim_by: string;
  state: string;
  accessibility: readonly string[];
}

const config = pageData<ClaimConfig>("claim-config");

async function start(): Promise<void> {
  const token = tokenIn(location.hash);
  if (!token) return show("claim-no-token");
  part("claim-other-browser").hidden = !isInsideAnotherApp(navigator.userAgent);
  try {
    const answer = await ask(`${config.api}links/look`, json({ token }));
    const offer = (await answer.json()) as OfferSeen;
    describe(offer);
    part("claim-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void borrow(token);
    });
    show("claim-offer");
  } catch (refused) {
    refuse(refused);
  }
}

function describe(offer: OfferSeen): void {
  const due = offer.due_at ? new Date(offer.due_at) : new Date(Date.now() + offer.loan_seconds * 1000);
  document.title = offer.title;
  fill("claim-title", offer.title);
  part("claim-title").classList.toggle("title-long", offer.title.length > 60);
  fill("claim-authors", new Intl.ListFormat(language(), { type: "unit" }).format(offer.authors));
  fill("claim-lender", fromWhom(offer));
  fill("claim-note", offer.note);
  fill("slip-for", offer.for_whom);
  fill("slip-long", offer.due_at ? "" : howLong(offer.loan_seconds, language()));
  fill("slip-due", dateOf(due, new Date(), language()));
  fill("slip-claim-by", dateOf(new Date(offer.claim_by), new Date(), language()));
  fill("slip-language", languageName(offer.language));
  part("claim-name-field").hidden = offer.for_whom !== "";
  list("claim-access-list", offer.accessibility);
  part("claim-access").hidden = offer.accessibility.length === 0;
  if (offer.state === "used") describeUsed();
  showCover(offer, "claim-cover");
}

function fromWhom({ passed_by: friend, lender }: OfferSeen): string {
  if (friend === null) return words("lends", { lender });
  return friend ? words("passes", { friend, lender }) : words("passes.nameless", { lender });
}

/** Somebody borrowed with it. If that was this browser, the same button leads back to the book. */
function describeUsed(): void {
  part("claim-used").hidden = false;
  part("claim-name-field").hidden = true;
  const emailField = document.getElementById("claim-email-field");
  if (emailField) emailField.hidden = true;
  part("claim-button").textContent = words("continue");
}

async function borrow(token: string): Promise<void> {
  const button = part<HTMLButtonElement>("claim-button");
  button.disabled = true;
  part("claim-trouble").hidden = true;
  try {
    const { read_url } = await claim(config.api, token, { name: typed("claim-name"), email: typed("claim-email") });
    // The token has done its work; it is not to stay in the history.
    history.replaceState(null, "", location.pathname);
    location.assign(read_url);
  } catch (refused) {
    button.disabled = false;
    if (refused instanceof Problem) refuse(refused);
    else part("claim-trouble").hidden = false;
  }
}

/** What stands in a field; nothing where the page has no such field (it asks for an address only where mail is sent). */
function typed(id: string): string {
  return (document.getElementById(id) as HTMLInputElement | null)?.value.trim() ?? "";
}

function refuse(refused: unknown): void {
  const problem = refused instanceof Problem ? refused : undefined;
  fill("refused-title", problem?.title || words("unreachable.title"));
  fill("refused-detail", problem?.title ? problem.detail : words("unreachable.text"));
  fill("refused-ask", problem?.remedy ?? "");
  part("refused-borrowed").hidden = problem?.code !== "too-many-loans";
  part("refused-again").hidden = problem !== undefined && !problem.isPassing;
  show("claim-refused");
}

function show(id: string): void {
  showOnly(id, ["claim-wait", "claim-offer", "claim-refused", "claim-no-token"]);
}

/** A line for each sentence. */
function list(id: string, sentences: readonly string[]): void {
  const lines = sentences.map((sentence) => {
    const line = document.createElement("li");
    line.textContent = sentence;
    line.dir = "auto";
    return line;
  });
  part(id).replaceChildren(...lines);
}

function languageName(code: string | null): string {
  if (!code) return "";
  try {
    return new Intl.DisplayNames(language(), { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

function words(key: string, values: Record<string, string> = {}): string {
  return say(config.texts, key, values);
}

part("refused-again").addEventListener("click", () => location.reload());
addEventListener("hashchange", () => location.reload());
void start();
