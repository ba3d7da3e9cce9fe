/** An owner's open page: it tells what others did with their books, and is brought up to date. */
import { renew } from "./live.ts";
import { type Heard, NewsWatch } from "./news-watch.ts";
import { ask } from "./problems.ts";
import { part } from "./texts.ts";
import { Toasts } from "./toasts.ts";

/** The page as it is now, as far as this one doesn't show it yet. */
let fresh: Document | undefined;

async function refetch(): Promise<void> {
  if (!document.querySelector("[data-live]")) return;
  const answer = await ask(location.href).catch(() => undefined);
  // Elsewhere leads a page that is no more: a copy was given away, or its owner is signed out.
  if (!answer || answer.redirected) return;
  fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  bringUpToDate();
}

function bringUpToDate(): void {
  if (!fresh) return;
  if (renew(document, fresh)) fresh = undefined;
  document.dispatchEvent(new Event("renewed"));
}

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
