/** The population's field along a solve, at spaced iterations: how an equilibrium forms. */
import { runSolver } from "meanfield";
import type { Preparation } from "meanfield";
import type { Field, Formed } from "./protocol.ts";

/** Pictures, at most, and numbers in all of them together. */
const mostPictures = 60;
const mostNumbers = 4_000_000;

/**
 * Keeps every first, then every second, every fourth … of things that come one by one, so that never more than so many are kept
 * however many come.
 */
export function spaced<T>(most: number): {
  readonly wants: (k: number) => boolean;
  readonly keep: (k: number, item: T) => void;
  readonly kept: () => readonly T[];
} {
  let items: { readonly k: number; readonly item: T }[] = [];
  let stride = 1;
  return {
    wants: (k) => k % stride === 0,
    keep: (k, item) => {
      items.push({ k, item });
      while (items.length > most) {
        stride *= 2;
        items = items.filter((one) => one.k % stride === 0);
      }
    },
    kept: () => items.map(({ item }) => item),
  };
}

/**
 * Solves once more and keeps a field on the way; the last picture is the answer's own.
 *
 * @param fieldOf the field of a candidate, undefined where it has none
 * @param heard told of every iteration
 */
export async function recordForming(
  preparation: Preparation,
  name: string,
  fieldOf: (candidate: unknown) => Field | undefined,
  signal: AbortSignal,
  heard: (k: number) => void,
): Promise<Formed> {
  let pictures: ReturnType<typeof spaced<Formed["pictures"][number]>> | undefined;
  const outcome = await runSolver(preparation, {
    signal,
    watch: ({ k, candidate }) => {
      heard(k);
      if (pictures?.wants(k) === false) return;
      const field = fieldOf(candidate());
      if (field === undefined) return;
      pictures ??= spaced(Math.max(2, Math.min(mostPictures, Math.floor(mostNumbers / field.value.length))) - 1);
      pictures.keep(k, { k, field });
    },
  });
  const last = fieldOf(outcome.candidate);
  const kept = pictures?.kept() ?? [];
  const end = outcome.iterations - 1;
  return {
    field: name,
    pictures: last === undefined ? kept : [...kept.filter(({ k }) => k < end), { k: end, field: last }],
  };
}
