/** What a file is called that the server sends (RFC 6266). Pure. */

export function fileNameOf(disposition: string | null): string {
  const said = disposition ?? "";
  const encoded = /filename\*=UTF-8''([^;\s]+)/i.exec(said)?.[1];
  const plain = /filename="((?:[^"\\]|\\.)*)"/.exec(said)?.[1] ?? /filename=([^;\s"]+)/.exec(said)?.[1];
  return decoded(encoded) || plain?.replace(/\\(.)/g, "$1") || "marks";
}

function decoded(name: string | undefined): string {
  try {
    return decodeURIComponent(name ?? "");
  } catch {
    return "";
  }
}
