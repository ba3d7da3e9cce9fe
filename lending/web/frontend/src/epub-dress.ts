/** How foliate-js is told to lay a book out: margins, columns, flow. */
import type { BookView } from "./epub-view.ts";
import type { Look } from "./pages.ts";

interface Measure {
  /** How long a line may be, in ems. */
  line: number;
  /** Between columns and beside them, per cent. */
  gap: number;
  /** Above and below, CSS pixels. */
  margin: number;
}

const measures: Readonly<Record<Look["margins"], Measure>> = {
  narrow: { line: 46, gap: 4, margin: 44 },
  usual: { line: 38, gap: 7, margin: 56 },
  wide: { line: 30, gap: 11, margin: 64 },
};
/** Two columns want lines of at least so many ems. */
const SHORTEST_LINE = 26;
const PHONE = 600;
const PHONE_LINES: Readonly<Record<Look["margins"], number>> = { narrow: 6, usual: 11, wide: 18 };

export interface Layout {
  flow: "paginated" | "scrolled";
  gap: string;
  margin: string;
  "max-inline-size": string;
  "max-block-size": string;
  "max-column-count": string;
}

/** The paginator's attributes for a look on a stage of that size (CSS pixels). */
export function layoutOf(look: Look, stage: { width: number; height: number }, { vertical, plate }: Pick<BookView, "vertical" | "plate">): Layout {
  const { line, gap, margin } = measures[look.margins];
  const em = (16 * look.size) / 100;
  const phone = Math.min(stage.width, stage.height) < PHONE;
  // Lines that run downwards fill the page from top to bottom; foliate would halve a tall screen for them.
  const columns = vertical || plate || look.flow === "scroll" || phone ? 1 : columnsOf(look, stage.width, em, gap);
  const longest = vertical ? stage.height : plate ? stage.width : Math.round(line * em);
  return {
    flow: look.flow === "scroll" ? "scrolled" : "paginated",
    gap: `${phone ? PHONE_LINES[look.margins] : gap}%`,
    margin: `${phone ? Math.min(margin, 48) : margin}px`,
    // foliate takes as many columns as lines of this length ask for: with two, it must not find room for one.
    "max-inline-size": `${columns === 2 ? Math.min(longest, Math.floor(stage.width / 2)) : Math.max(longest, 320)}px`,
    "max-block-size": `${vertical ? Math.round(64 * em) : 1440}px`,
    "max-column-count": String(columns),
  };
}

function columnsOf(look: Look, width: number, em: number, gap: number): 1 | 2 {
  if (look.columns !== "auto") return look.columns === "two" ? 2 : 1;
  return (width * (1 - gap / 50)) / 2 >= SHORTEST_LINE * em ? 2 : 1;
}

/** Changes only what is different: every attribute makes foliate lay the section out anew. */
export function dress(view: BookView, look: Look, stage: { width: number; height: number }): void {
  if (view.fixed) return;
  const { renderer } = view;
  for (const [name, value] of Object.entries(layoutOf(look, stage, view))) {
    if (renderer.getAttribute(name) !== value) renderer.setAttribute(name, value);
  }
  renderer.toggleAttribute("animated", slides(look));
}

/** Pages slide only for those who asked for it, and never for those who asked their device for less motion. */
export function slides(look: Look): boolean {
  return look.slide && look.flow === "pages" && !matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** What a page of fixed size may take of the stage. */
export function plateRoom(stage: { width: number; height: number }): { width: number; height: number } {
  return { width: stage.width * 0.78, height: stage.height - 2 * measures.usual.margin };
}
