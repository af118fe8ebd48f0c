/**
 * A picture of palette colours as a PNG data address, made without canvas or zlib, so that every machine makes the same.
 *
 * A smooth field has long runs of one colour, or of one difference to the neighbour; a run is coded as one match of
 * distance one. That is a fraction of the plain size from a page of code.
 * PNG specification, third edition, W3C 2025; deflate: P. Deutsch, RFC 1951.
 */

/** Base-64 data address of an image of `height` rows of `width` indices into `palette` (`#rrggbb`, at most 256). */
export function palettePng(indices: Uint8Array, width: number, height: number, palette: readonly string[]): string {
  const colours = Uint8Array.from(
    palette.flatMap((colour) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))),
  );
  const header = Uint8Array.from([...bigEndian(width), ...bigEndian(height), 8, 3, 0, 0, 0]);
  const bytes = joined([
    Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("PLTE", colours),
    chunk("IDAT", smallest([0, 1, 2].map((filter) => compressed(filtered(indices, width, height, filter))))),
    chunk("IEND", new Uint8Array(0)),
  ]);
  return `data:image/png;base64,${base64(bytes)}`;
}

/** Rows as differences: to nothing (0, "None"), to the left (1, "Sub") or to the row above (2, "Up"). */
function filtered(indices: Uint8Array, width: number, height: number, filter: number): Uint8Array {
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) {
    rows[y * (width + 1)] = filter;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const before = filter === 1 && x > 0 ? indices[at - 1] : filter === 2 && y > 0 ? indices[at - width] : 0;
      rows[y * (width + 1) + 1 + x] = indices[at] - before;
    }
  }
  return rows;
}

function smallest(candidates: readonly Uint8Array[]): Uint8Array {
  return candidates.reduce((best, candidate) => (candidate.length < best.length ? candidate : best));
}

function compressed(rows: Uint8Array): Uint8Array {
  return joined([Uint8Array.from([0x78, 0x01]), deflated(rows), Uint8Array.from(bigEndian(adler32(rows)))]);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const body = joined([Uint8Array.from(name, (c) => c.charCodeAt(0)), data]);
  return joined([Uint8Array.from(bigEndian(data.length)), body, Uint8Array.from(bigEndian(crc32(body)))]);
}

/** One deflate block with the fixed code, whose only matches repeat the byte before. */
function deflated(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length * 1.2) + 16);
  let held = 0;
  let bits = 0;
  let length = 0;
  const put = (value: number, count: number): void => {
    held |= value << bits;
    bits += count;
    for (; bits >= 8; bits -= 8, held >>>= 8) out[length++] = held & 255;
  };
  // Codes of the fixed tree go out from their highest bit, numbers from their lowest.
  const putCode = (code: number, count: number): void => {
    let reversed = 0;
    for (let i = 0; i < count; i++) reversed |= ((code >> i) & 1) << (count - 1 - i);
    put(reversed, count);
  };
  const putSymbol = (symbol: number): void => {
    if (symbol < 144) putCode(0x30 + symbol, 8);
    else if (symbol < 256) putCode(0x190 + symbol - 144, 9);
    else if (symbol < 280) putCode(symbol - 256, 7);
    else putCode(0xc0 + symbol - 280, 8);
  };
  put(1, 1);
  put(1, 2);
  for (let i = 0; i < bytes.length;) {
    let run = 0;
    if (i > 0) while (run < 258 && i + run < bytes.length && bytes[i + run] === bytes[i - 1]) run++;
    if (run < 3) {
      putSymbol(bytes[i++]);
      continue;
    }
    const [symbol, extra, extraBits] = lengthCode(run);
    putSymbol(symbol);
    put(extra, extraBits);
    putCode(0, 5);
    i += run;
  }
  putSymbol(256);
  if (bits > 0) out[length++] = held & 255;
  return out.subarray(0, length);
}

/** Symbol, extra bits' value and their count for a match of 3 to 258 bytes. */
function lengthCode(length: number): [symbol: number, extra: number, bits: number] {
  if (length === 258) return [285, 0, 0];
  if (length < 11) return [254 + length, 0, 0];
  const bits = Math.floor(Math.log2(length - 3)) - 2;
  const start = (4 << bits) + 3;
  const within = length - start;
  return [261 + 4 * bits + (within >> bits), within & ((1 << bits) - 1), bits];
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

function bigEndian(value: number): [number, number, number, number] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** Neither `btoa` nor `Buffer` is everywhere. */
function base64(bytes: Uint8Array): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const four = [word >> 18, (word >> 12) & 63, (word >> 6) & 63, word & 63].map((six) => letters[six]);
    const missing = Math.max(0, i + 3 - bytes.length);
    parts.push(four.slice(0, 4 - missing).join("") + "=".repeat(missing));
  }
  return parts.join("");
}
