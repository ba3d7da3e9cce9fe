/** The places in lines that this browser has: their tokens, by the title that they are for. */

const NAME = "lending.places";

export interface KeptPlace {
  token: string;
  title_id: string;
  title: string;
}

type Kept = Pick<Storage, "getItem" | "setItem">;

export function keptPlaces(storage: Kept = localStorage): KeptPlace[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(NAME) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isPlace) : [];
  } catch {
    return [];
  }
}

/** Remembers a place; the one that it had for the same title is forgotten. */
export function keepPlace({ token, title_id, title }: KeptPlace, storage: Kept = localStorage): void {
  const others = keptPlaces(storage).filter((one) => one.title_id !== title_id);
  write([...others, { token, title_id, title }], storage);
}

export function forgetPlace(token: string, storage: Kept = localStorage): void {
  const kept = keptPlaces(storage);
  const others = kept.filter((one) => one.token !== token);
  if (others.length !== kept.length) write(others, storage);
}

/** Where a place is shown. */
export function placeAddress(token: string): string {
  return `/w#${token}`;
}

function write(places: readonly KeptPlace[], storage: Kept): void {
  try {
    storage.setItem(NAME, JSON.stringify(places));
  } catch {
    // A browser that keeps nothing still has the address.
  }
}

function isPlace(one: unknown): one is KeptPlace {
  const place = one as Partial<KeptPlace> | null;
  return typeof place?.token === "string" && typeof place.title_id === "string" && typeof place.title === "string";
}
