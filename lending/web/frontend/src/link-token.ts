/** What the borrow page can tell from its address and its browser. Pure. */

/** "#v1.eyJ…" → "v1.eyJ…"; anything else is no link of this library. */
export function tokenIn(hash: string): string | undefined {
  return /^#(v1\.[\w-]+\.[\w-]+\.[\w-]+)$/.exec(hash.trim())?.[1];
}

/** Browsers inside other apps forget what they keep, often the same day. */
export function isInsideAnotherApp(userAgent: string): boolean {
  return /FBA[NV]|Instagram|\bLine\/|Snapchat|Twitter|WhatsApp|MicroMessenger|Pinterest|TikTok|musical_ly|; wv\)/.test(userAgent);
}
