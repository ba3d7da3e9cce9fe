/** The buttons beside a link: copying it, and handing it to whatever the device shares with. */

/** Serves those that are in the place when they are pressed: a page is brought up to date while it is open. */
export function serveLinkButtons(place: Document | HTMLElement): void {
  place.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLButtonElement>("[data-copy], [data-share]") : null;
    if (button) void (button.dataset["copy"] ? copy(button) : share(button));
  });
  offerSharing(place);
}

/** The button that shares is there only where the device can. */
export function offerSharing(place: ParentNode): void {
  for (const button of place.querySelectorAll<HTMLButtonElement>("[data-share]")) {
    button.hidden = typeof navigator.share !== "function";
  }
}

/** `data-copy` is the id of the field; `data-copied` is what the button says for a moment afterwards. */
async function copy(button: HTMLButtonElement): Promise<void> {
  const field = document.getElementById(button.dataset["copy"] ?? "") as HTMLInputElement | null;
  if (!field) return;
  field.select();
  // Without HTTPS there is no clipboard for pages; the old way still copies what is selected.
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
  else document.execCommand("copy");
  const words = button.querySelector("[data-words]") ?? button;
  const usual = words.textContent;
  words.textContent = button.dataset["copied"] ?? usual;
  setTimeout(() => (words.textContent = usual), 2500);
}

/** `data-share` is the id of the field, `data-title` and `data-text` go along. Closing the sheet is no error. */
async function share(button: HTMLButtonElement): Promise<void> {
  const field = document.getElementById(button.dataset["share"] ?? "") as HTMLInputElement | null;
  if (!field) return;
  const { title = "", text = "" } = button.dataset;
  await navigator.share({ title, text, url: field.value }).catch(() => undefined);
}
