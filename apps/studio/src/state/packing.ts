import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";

/** A value as text that may stand in a link: JSON, deflated, in the alphabet of base64url. */
export function pack(value: unknown): string {
  const bytes = deflateSync(strToU8(JSON.stringify(value)), { level: 9 });
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** What `pack` packed; undefined where the text is no such thing. */
export function unpack(text: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return JSON.parse(strFromU8(inflateSync(bytes))) as unknown;
  } catch {
    return undefined;
  }
}
