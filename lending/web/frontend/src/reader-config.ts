/** What the server tells the reading page of the loan. */
import type { Binding } from "./reading-desk.ts";
import type { Texts } from "./texts.ts";

export interface ReaderConfig {
  loan: string;
  base: string;
  kind: "epub" | "pdf";
  title: string;
  mine: boolean;
  due: string | null;
  binding: Binding;
  /** For the first proof of the browser's key; later ones come with each answer. */
  nonce: string;
  texts: Texts;
  terms?: {
    /** How many characters may be copied at once; null sets no limit. */
    quotation: number | null;
    /** False: printing prints a page that says why not. */
    printing: boolean;
  };
}
