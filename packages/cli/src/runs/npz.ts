import { zipSync } from "fflate";
import { npy } from "meanfield";
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
