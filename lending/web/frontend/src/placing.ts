/** Where a small panel stands beside a place on the page. Pure. */
import type { Box } from "./pages.ts";

export interface Area {
  width: number;
  height: number;
}

const GAP = 10;
const EDGE = 8;

/** Above or below the box, as there is room; never over the edge of the window. CSS pixels. */
export function placeBeside(box: Box, panel: Area, window: Area, prefer: "above" | "below"): { left: number; top: number } {
  const above = box.top - GAP - panel.height;
  const below = box.top + box.height + GAP;
  const fitsAbove = above >= EDGE;
  const fitsBelow = below + panel.height <= window.height - EDGE;
  const wanted = prefer === "above" ? (fitsAbove || !fitsBelow ? above : below) : fitsBelow || !fitsAbove ? below : above;
  const left = box.left + box.width / 2 - panel.width / 2;
  return { left: within(left, window.width - panel.width), top: within(wanted, window.height - panel.height) };
}

function within(value: number, most: number): number {
  return Math.round(Math.max(EDGE, Math.min(value, most - EDGE)));
}
