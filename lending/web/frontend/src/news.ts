/** An owner's open page: it tells what others did with their books, and is brought up to date. */
import { renew } from "./live.ts";
import { localiseTimes } from "./local-times.ts";
import { type Heard, NewsWatch } from "./news-watch.ts";
import { ask, Problem } from "./problems.ts";
import { part } from "./texts.ts";
import { Toasts } from "./toasts.ts";

/** The page as it is now, as far as this one doesn't show it yet. */
let fresh: Document | undefined;

async function refetch(): Promise<void> {
  if (!document.querySelector("[data-live]")) return;
  const answer = await ask(location.href).catch((refused: unknown) => {
    if (refused instanceof Problem && !refused.isPassing) tellGone();
  });
  // Elsewhere leads a page whose owner is signed out.
  if (!answer || answer.redirected) return;
  fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  localiseTimes(fresh);
  bringUpToDate();
}

/** The book is its reader's no more: it was given away, or taken out elsewhere. Nothing on the page works from now on. */
function tellGone(): void {
  if (document.getElementById("gone")) return;
  const page = part("main");
  for (const one of page.children) if (one.id !== "news") (one as HTMLElement).inert = true;
  page.prepend(part<HTMLTemplateElement>("gone-words").content.cloneNode(true));
  const notice = part("gone");
  notice.scrollIntoView({ block: "nearest" });
  notice.focus({ preventScroll: true });
}

function bringUpToDate(): void {
  if (!fresh) return;
  if (renew(document, fresh)) fresh = undefined;
  document.dispatchEvent(new Event("renewed"));
}

localiseTimes(document);
const toasts = new Toasts();
const watch = new NewsWatch({
  after: part("news").dataset["after"] ?? "",
  ask: async (after) => (await (await ask(`/api/v1/news?${new URLSearchParams({ after })}`)).json()) as Heard,
  tell: (tidings) => toasts.show(tidings),
  changed: () => void refetch(),
  isSeen: () => document.visibilityState !== "hidden",
});

document.addEventListener("visibilitychange", () => void watch.watch());
// What was being filled in may be done with now.
document.addEventListener("focusout", () => setTimeout(bringUpToDate));
void watch.watch();
