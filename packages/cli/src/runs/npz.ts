import { zipSync } from "fflate";
import type { NamedArray } from "meanfield";

/**
 * Arrays in NumPy's `.npz` format: a zip of `.npy` files, readable with `numpy.load`.
 *
 * Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays", version 1.0.
 */
export function npz(arrays: Readonly<Record<string, NamedArray>>): Uint8Array {
  // A fixed date, so that equal arrays make equal files.
  const options = { mtime: new Date(Date.UTC(1980, 0, 2)), level: 6 } as const;
  return zipSync(
    Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npy(array)])),
    options,
  );
}

/** One array as little-endian float64 in C order. */
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
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(headerLength - 1)}\n`), 10);
  const view = new DataView(bytes.buffer, 10 + headerLength);
  data.forEach((value, i) => view.setFloat64(8 * i, value, true));
  return bytes;
}
