/** For a kind of book that does not offer everything of `Pages` yet: what it lacks does nothing. */
import type { Pages } from "./pages.ts";

export function complete(pages: Partial<Pages>, isPdf: boolean): Pages {
  const lacking: Partial<Pages> = {
    pageList: [],
    abilities: { flows: !isPdf, scrolls: false, pairs: false, rotates: false },
    shows: () => false,
    decorate: () => undefined,
    selection: () => undefined,
    deselect: () => undefined,
    spoken: async function* () {},
  };
  for (const [name, value] of Object.entries(lacking)) {
    if (!(name in pages)) Object.defineProperty(pages, name, { value });
  }
  return pages as Pages;
}
