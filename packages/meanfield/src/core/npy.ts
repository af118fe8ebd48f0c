import type { NamedArray } from "./wing.ts";

/**
 * One array in NumPy's `.npy` format, little-endian float64 in C order; a zip of such files is an `.npz`.
 *
 * Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays", version 1.0.
 *
 * @throws RangeError where the shape does not hold as many numbers as there are.
 */
export function npy({ shape, data }: NamedArray): Uint8Array {
  const count = shape.reduce((product, length) => product * length, 1);
  if (count !== data.length)
    throw new RangeError(`shape (${shape.join(", ")}) holds ${count} numbers, not ${data.length}`);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dictionary = `{'descr': '<f8', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Magic (6), version (2), header length (2), header, line end: together a multiple of 64.
  const headerLength = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + headerLength + 8 * count);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, headerLength & 255, headerLength >> 8]);
  // The header is plain ASCII.
  bytes.set(
    Array.from(`${dictionary.padEnd(headerLength - 1)}\n`, (letter) => letter.charCodeAt(0)),
    10,
  );
  const view = new DataView(bytes.buffer, 10 + headerLength);
  data.forEach((value, i) => view.setFloat64(8 * i, value, true));
  return bytes;
}
