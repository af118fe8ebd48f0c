import { Inflate, deflateSync, strFromU8, strToU8 } from "fflate";

/** Bytes beyond which a link is no game: some kilobytes can be deflated from gigabytes. */
const most = 1 << 20;
/** Characters that are inflated at a time. */
const slice = 1 << 10;

/** A value as text that may stand in a link: JSON, deflated, in the alphabet of base64url. */
export function pack(value: unknown): string {
  const bytes = deflateSync(strToU8(JSON.stringify(value)), { level: 9 });
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** What `pack` packed; undefined where the text is no such thing. */
export function unpack(text: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return JSON.parse(strFromU8(inflated(bytes))) as unknown;
  } catch {
    return undefined;
  }
}

/** @throws RangeError where there is more than a game in it */
function inflated(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Inflate((part) => {
    length += part.length;
    parts.push(part);
  });
  for (let at = 0; at < bytes.length; at += slice) {
    stream.push(bytes.subarray(at, at + slice), at + slice >= bytes.length);
    if (length > most) throw new RangeError("the link carries more than a game");
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
