/** What the reading page keeps with the loan beside the book: places, marks, settings, its seat. One message each. */
import type { SendMarks, Synced } from "./marks-book.ts";
import type { KeptPlace, PlaceToSend } from "./position.ts";
import type { ReadingDesk } from "./reading-desk.ts";
import type { Kept } from "./settings.ts";
import type { Answer, Exchange } from "./settings-keeper.ts";

export interface LoanExchange {
  askPlace: () => Promise<KeptPlace>;
  sendPlace: (place: PlaceToSend) => Promise<void>;
  marks: SendMarks;
  settings: Exchange;
  takeSeat: (window: string) => Promise<unknown>;
  leaveSeat: (window: string) => Promise<unknown>;
}

export function loanExchange(desk: ReadingDesk, device: string): LoanExchange {
  return {
    askPlace: () => desk.getJson<KeptPlace>(`position?device=${device}`),
    sendPlace: (place) => desk.put("position", place),
    marks: async (body, lasting) => (await (await desk.send("POST", "marks", body, lasting)).json()) as Synced,
    settings: (changes) => exchangeSettings(desk, changes),
    takeSeat: (window) => desk.send("PUT", "seat", { window }),
    leaveSeat: (window) => desk.send("DELETE", `seat?window=${window}`, undefined, true),
  };
}

async function exchangeSettings(desk: ReadingDesk, changes: Record<string, unknown>): Promise<Answer> {
  const some = Object.keys(changes).length > 0;
  const response = await (some ? desk.send("PUT", "settings", { settings: changes }) : desk.get("settings"));
  const { settings } = (await response.json()) as { settings: Kept };
  const date = Date.parse(response.headers.get("Date") ?? "");
  return { settings, now: Number.isFinite(date) ? date : undefined };
}
