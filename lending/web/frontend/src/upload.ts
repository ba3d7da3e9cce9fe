/** Adding books: many files at once, in resumable parts (tus), each a row with a result of its own. */
import { defaultOptions } from "tus-js-client";
import { pageData, part, say, type Texts } from "./texts.ts";
import { UploadRow } from "./upload-row.ts";

export interface UploadConfig {
  api: string;
  texts: Texts;
}

/** Files sent at the same time; more would only share the same line. */
const AT_ONCE = 2;

class Uploads {
  readonly #config = pageData<UploadConfig>("upload-config");
  readonly #rows = part("uploads");
  readonly #waiting: UploadRow[] = [];
  readonly #busy = new Set<UploadRow>();

  listen(): void {
    const drop = part("drop");
    const files = part<HTMLInputElement>("files");
    const take = () => {
      this.#add(files.files);
      files.value = "";
    };
    files.addEventListener("change", take);
    take(); // what was chosen before this script had come
    // A file dropped beside the zone must not replace the page.
    for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
    drop.addEventListener("dragover", () => drop.classList.add("drop-over"));
    drop.addEventListener("dragleave", () => drop.classList.remove("drop-over"));
    addEventListener("drop", (event) => {
      drop.classList.remove("drop-over");
      this.#add((event as DragEvent).dataTransfer?.files);
    });
    addEventListener("beforeunload", (event) => {
      if (this.#busy.size) event.preventDefault();
    });
    addEventListener("online", () => {
      for (const row of this.#busy) row.goOn();
    });
  }

  /** Names uploads that an earlier visit left unfinished: choosing the same file again goes on where it stopped. */
  async remindOfUnfinished(): Promise<void> {
    const unfinished = await defaultOptions.urlStorage.findAllUploads();
    const names = [...new Set(unfinished.map(({ metadata }) => metadata["filename"] ?? "").filter(Boolean))];
    if (!names.length) return;
    part("unfinished-names").textContent = new Intl.ListFormat(document.documentElement.lang).format(names);
    part("unfinished").hidden = false;
  }

  #add(files: FileList | null | undefined): void {
    for (const file of files ?? []) {
      const row = new UploadRow(file, this.#config, (key, values) => say(this.#config.texts, key, values));
      this.#rows.append(row.element);
      this.#waiting.push(row);
    }
    part("unfinished").hidden = true;
    this.#startNext();
  }

  #startNext(): void {
    while (this.#busy.size < AT_ONCE) {
      const row = this.#waiting.shift();
      if (!row) return;
      if (row.cancelled) continue;
      this.#busy.add(row);
      void row.run().finally(() => {
        this.#busy.delete(row);
        this.#startNext();
      });
    }
  }
}

const uploads = new Uploads();
uploads.listen();
void uploads.remindOfUnfinished();
