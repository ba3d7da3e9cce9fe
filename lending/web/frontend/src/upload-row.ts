/** One file on its way to the shelf: sent in parts, then looked at by the library, then a book or a refusal. */
import { DetailedError, Upload } from "tus-js-client";
import { ask, json, parseProblem, Problem, type ProblemDocument } from "./problems.ts";
import { Speed, speedWords } from "./speed.ts";
import type { UploadConfig } from "./upload.ts";

interface Accessioned {
  copy: { id: string; title: string; authors: readonly string[]; cover_url: string | null; url: string };
}

type Say = (key: string, values?: Record<string, string | number>) => string;

/** Small enough that a broken part costs a slow phone little. */
const PART = 1024 * 1024;
const RETRY_AFTER = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000, 60_000];

export class UploadRow {
  readonly element: HTMLElement;
  readonly #file: File;
  readonly #config: UploadConfig;
  readonly #say: Say;
  readonly #speed = new Speed();
  #upload: Upload | undefined;
  #stalled = false;
  #done: () => void = () => {};
  cancelled = false;

  constructor(file: File, config: UploadConfig, sayIt: Say) {
    this.#file = file;
    this.#config = config;
    this.#say = sayIt;
    const template = document.getElementById("upload-row") as HTMLTemplateElement;
    this.element = (template.content.firstElementChild as HTMLElement).cloneNode(true) as HTMLElement;
    this.#piece("name").textContent = file.name;
    this.#progress().setAttribute("aria-label", file.name);
    this.#tell(this.#say("waiting"));
    this.#button("cancel", () => this.#cancel());
    this.#button("again", () => this.goOn());
    this.#button("second", () => void this.#accession(true));
    this.#button("dismiss", () => this.element.remove());
    this.#offer("cancel");
  }

  /** Resolves when nothing is left to do or to wait for: the row has its result. */
  run(): Promise<void> {
    return new Promise((resolve) => {
      this.#done = resolve;
      void this.#send();
    });
  }

  /** After the connection broke for good, or came back. */
  goOn(): void {
    if (!this.#stalled) return;
    this.#stalled = false;
    this.#offer("cancel");
    this.#upload?.start();
  }

  async #send(): Promise<void> {
    const upload = new Upload(this.#file, {
      endpoint: `${this.#config.api}uploads`,
      chunkSize: PART,
      retryDelays: RETRY_AFTER,
      removeFingerprintOnSuccess: true,
      metadata: { filename: this.#file.name, filetype: this.#file.type },
      onProgress: (sent, total) => this.#moved(sent, total),
      onShouldRetry: (error) => mayPass(error.originalResponse?.getStatus()),
      onError: (error) => this.#failed(error),
      onSuccess: () => void this.#accession(false),
    });
    this.#upload = upload;
    const [earlier] = await upload.findPreviousUploads();
    if (earlier) upload.resumeFromPreviousUpload(earlier);
    if (!this.cancelled) upload.start();
  }

  #moved(sent: number, total: number): void {
    const percent = total ? Math.floor((sent / total) * 100) : 100;
    this.#progress().value = percent;
    const perSecond = this.#speed.seen(sent, performance.now());
    const speed = perSecond === undefined ? "" : speedWords(perSecond, document.documentElement.lang);
    this.#tell(speed ? this.#say("sending-at", { percent, speed }) : this.#say("sending", { percent }));
  }

  #failed(error: Error | DetailedError): void {
    if (this.cancelled) return;
    const answer = "originalResponse" in error ? error.originalResponse : null;
    if (answer && !mayPass(answer.getStatus())) {
      this.#refused(parseProblem(answer.getBody()));
      return;
    }
    this.#stalled = true;
    this.#tell(this.#say("stalled"), "bad");
    this.#offer("again", "cancel");
  }

  /** All bytes are there: the library looks at the book. */
  async #accession(secondCopy: boolean): Promise<void> {
    const id = new URL(this.#upload?.url ?? "", location.href).pathname.split("/").filter(Boolean).at(-1) ?? "";
    this.#offer();
    this.#progress().hidden = false;
    this.#progress().removeAttribute("value");
    this.#tell(this.#say("looking"));
    try {
      const answer = await ask(`${this.#config.api}uploads/${id}/accession`, json({ second_copy: secondCopy }));
      this.#shelved((await answer.json()) as Accessioned);
    } catch (refused) {
      if (refused instanceof Problem) this.#refused(refused.facts);
      else this.#lookLater(secondCopy);
    }
  }

  /** The bytes are safe; only the answer is missing. */
  #lookLater(secondCopy: boolean): void {
    this.#tell(this.#say("stalled"), "bad");
    const again = this.#piece("again");
    again.addEventListener("click", () => void this.#accession(secondCopy), { once: true });
    this.#offer("again");
  }

  #shelved({ copy }: Accessioned): void {
    this.#piece("name").textContent = copy.title;
    this.#tell(this.#say("shelved"), "good");
    const open = this.#piece<HTMLAnchorElement>("open");
    open.href = copy.url;
    open.setAttribute("aria-label", this.#say("open", { title: copy.title }));
    if (copy.cover_url) this.#showCover(copy.cover_url);
    this.#finish("open");
  }

  #showCover(address: string): void {
    const image = new Image();
    image.src = address;
    image.alt = "";
    this.#piece("cover").replaceChildren(image);
  }

  #refused(problem: ProblemDocument): void {
    const words = [problem.title && `${problem.title}.`, problem.detail, problem.remedy].filter(Boolean).join(" ");
    this.#tell(words || this.#say("refused"), "bad");
    this.#finish(...(problem.code === "already-on-shelf" ? ["second", "dismiss"] : ["dismiss"]));
  }

  #finish(...buttons: string[]): void {
    this.#progress().hidden = true;
    this.#offer(...buttons);
    this.#done();
  }

  #cancel(): void {
    this.cancelled = true;
    // The server forgets the parts; should that not arrive, its housekeeping does.
    void this.#upload?.abort(true).catch(() => undefined);
    this.element.remove();
    this.#done();
  }

  #tell(words: string, tone = ""): void {
    this.#piece("said").textContent = words;
    this.#piece("words").dataset["tone"] = tone;
  }

  /** Shows these of the row's buttons, and no others. */
  #offer(...names: string[]): void {
    for (const name of ["cancel", "again", "second", "dismiss", "open"]) this.#piece(name).hidden = !names.includes(name);
  }

  #button(name: string, pressed: () => void): void {
    this.#piece(name).addEventListener("click", pressed);
  }

  #progress(): HTMLProgressElement {
    return this.#piece<HTMLProgressElement>("progress");
  }

  #piece<T extends HTMLElement = HTMLElement>(name: string): T {
    const piece = this.element.querySelector<T>(`[data-part="${name}"]`);
    if (!piece) throw new Error(`#upload-row has no [data-part="${name}"].`);
    return piece;
  }
}

/** No answer, or one that says "later": worth another try. A plain refusal stays one. */
function mayPass(status: number | undefined): boolean {
  return !status || status >= 500 || [408, 409, 423, 425, 429].includes(status);
}
