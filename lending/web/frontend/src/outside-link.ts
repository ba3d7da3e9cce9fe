/** Links that leave the book: asked about first, opened without telling the other side where they stood. */
import { dialog } from "./dialogs.ts";
import { part } from "./texts.ts";

/** The address if it may be opened at all: web pages and letters. Anything else in a book is left alone. */
export function openable(href: string): URL | undefined {
  if (!URL.canParse(href)) return undefined;
  const url = new URL(href);
  return ["http:", "https:", "mailto:"].includes(url.protocol) ? url : undefined;
}

export function outsideLinks(): (href: string) => void {
  const question = dialog("outside");
  const go = part<HTMLAnchorElement>("outside-go");
  go.addEventListener("click", () => question.close());
  return (href) => {
    const url = openable(href);
    if (!url) return;
    go.href = url.href;
    part("outside-address").textContent = url.href;
    question.showModal();
  };
}
