/** The server writes times in UTC; here they are said in the zone of whoever reads them. Without scripts UTC stays. */
import { shownTime, type Shows } from "./due.ts";
import { language } from "./texts.ts";

export function localiseTimes(root: ParentNode, now = new Date()): void {
  for (const one of root.querySelectorAll<HTMLTimeElement>("time[data-shows]")) {
    one.textContent = shownTime(new Date(one.dateTime), one.dataset["shows"] as Shows, now, language());
  }
}
