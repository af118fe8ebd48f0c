/** The page's other time: iterations of the solve, along which the population's picture is played while it forms. */
import { computed, signal } from "@preact/signals";
import type { Answer, Formed } from "../engine/protocol.ts";

/** What play, step and the slider run along. */
export const along = signal<"time" | "iterations">("time");
export const formed = signal<Formed | null>(null);
/** What question was recorded, as `asked` has it. */
export const formedFor = signal("");
/** The share of the iterations that are recorded while they are, in [0, 1]. */
export const formingShare = signal<number | null>(null);
export const formingFault = signal<string | null>(null);

/** The share of the way through the pictures, in [0, 1]. */
export const formingPlace = signal(1);

/** The number of the picture that is shown; null where time is shown. */
export const formingPicture = computed(() => {
  const count = formed.value?.pictures.length ?? 0;
  return along.value === "time" || count === 0 ? null : Math.round(formingPlace.value * (count - 1));
});

/** The iteration that is shown; null where time is shown. */
export const formingIteration = computed(() => {
  const at = formingPicture.value;
  return at === null ? null : (formed.value?.pictures[at]?.k ?? null);
});

export function showPicture(index: number): void {
  const last = (formed.peek()?.pictures.length ?? 1) - 1;
  formingPlace.value = last > 0 ? Math.min(1, Math.max(0, index / last)) : 1;
}

/** Shows the picture nearest to an iteration. */
export function showIteration(k: number): void {
  const pictures = formed.peek()?.pictures ?? [];
  let best = 0;
  pictures.forEach((picture, i) => {
    if (Math.abs(picture.k - k) < Math.abs(pictures[best].k - k)) best = i;
  });
  showPicture(best);
}

/** An answer with the recorded field as it stood at the iteration that is shown. */
export function withForming(answer: Answer): Answer {
  const at = formingPicture.value;
  const picture = at === null ? undefined : formed.value?.pictures[at];
  const name = formed.value?.field;
  if (picture === undefined || name === undefined || answer.fields[name] === undefined) return answer;
  return { ...answer, fields: { ...answer.fields, [name]: picture.field } };
}
