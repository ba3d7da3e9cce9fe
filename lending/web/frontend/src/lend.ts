/** The link's page: copying it, and handing it to whatever the device shares with. */

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
  button.addEventListener("click", () => void copy(button));
}
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-share]")) {
  button.hidden = typeof navigator.share !== "function";
  button.addEventListener("click", () => void share(button));
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
