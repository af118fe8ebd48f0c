/** Numbers of the page as files. */
import { strToU8, zipSync } from "fflate";
import type { Field } from "../engine/protocol.ts";

/** Comma-separated: one column per axis, then the value, then the closed form where there is one; every digit kept. */
export function csvOf(field: Field): string {
  const { axes, value, exact } = field;
  const head = [...axes.map(({ name }) => name), field.name, ...(exact === undefined ? [] : [`${field.name}_exact`])];
  const index = axes.map(() => 0);
  const rows = Array.from(value, (entry, k) => {
    const row = [...axes.map(({ grid }, a) => grid[index[a]]), entry, ...(exact === undefined ? [] : [exact[k]])];
    // Row-major: the last axis moves first.
    for (let a = axes.length - 1; a >= 0; a--) {
      index[a] += 1;
      if (index[a] < axes[a].grid.length) break;
      index[a] = 0;
    }
    return row.join(",");
  });
  return `${[head.join(","), ...rows].join("\n")}\n`;
}

/** What NumPy's `load` reads: the field, its closed form, and one array for each axis. */
export async function npzOf(field: Field): Promise<Uint8Array> {
  const { npy } = await import("./npy.ts");
  const shape = field.axes.map(({ grid }) => grid.length);
  const arrays = {
    [field.name]: { shape, data: field.value },
    ...(field.exact === undefined ? {} : { [`${field.name}_exact`]: { shape, data: field.exact } }),
    ...Object.fromEntries(field.axes.map(({ name, grid }) => [`axis_${name}`, { shape: [grid.length], data: grid }])),
  };
  const options = { mtime: new Date(Date.UTC(1980, 0, 2)), level: 6 } as const;
  return zipSync(
    Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npy(array)])),
    options,
  );
}

export function bytesOf(text: string): Uint8Array {
  return strToU8(text);
}

/** Hands a file to the person. */
export function download(name: string, type: string, content: Uint8Array | string | Blob): void {
  const blob = content instanceof Blob ? content : new Blob([content as BlobPart], { type });
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
