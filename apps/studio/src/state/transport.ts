/** Time on the page: one cursor for all panels, played, paused and stepped. */
import { computed, effect, signal } from "@preact/signals";
import type { FieldAxis } from "../engine/protocol.ts";
import { formingPicture, formingPlace, showPicture } from "./forming.ts";
import { address, answer, go } from "./studio.ts";

export const playing = signal(false);
/** Seconds for the whole horizon at speed 1. */
const whole = 6;
export const speeds = [0.25, 0.5, 1, 2, 4] as const;
export const speed = signal<number>(1);
/** Where the pointer is on some panel, by the axes' names: all others show it too. */
export const pointer = signal<Readonly<Record<string, number>>>({});

/** The grid of time of the finest quantity. */
export const timeAxis = computed<FieldAxis | null>(() => {
  const fields = Object.values(answer.value?.fields ?? {});
  const axes = fields.flatMap(({ axes }) => axes.filter(({ name, grid }) => name === "t" && grid.length > 1));
  // Where time is discrete in the game, a series on a finer grid is no finer.
  const discrete = axes.filter(({ kind }) => kind === "discrete");
  const candidates = discrete.length > 0 ? discrete : axes;
  return candidates.reduce<FieldAxis | null>(
    (best, axis) => (best === null || axis.grid.length > best.grid.length ? axis : best),
    null,
  );
});

const ownTime = signal<number | null>(null);

/** The time all panels show. */
export const time = computed(() => {
  const axis = timeAxis.value;
  if (axis === null) return 0;
  const [first, last] = [axis.grid[0], axis.grid[axis.grid.length - 1]];
  return Math.min(last, Math.max(first, ownTime.value ?? address.value.t ?? first));
});

export function setTime(t: number): void {
  ownTime.value = t;
}

/** The time of the picture goes into the link when the hand rests. */
export function settle(): void {
  go({ t: time.peek() });
}

export function step(direction: 1 | -1): void {
  const grid = timeAxis.peek()?.grid ?? new Float64Array(0);
  playing.value = false;
  const at = formingPicture.peek();
  if (at !== null) {
    showPicture(at + direction);
    return;
  }
  const now = time.peek();
  const next = direction === 1 ? grid.find((t) => t > now + 1e-12) : grid.toReversed().find((t) => t < now - 1e-12);
  if (next !== undefined) {
    setTime(next);
    settle();
  }
}

export function rewind(): void {
  playing.value = false;
  if (formingPicture.peek() !== null) {
    showPicture(0);
    return;
  }
  setTime(timeAxis.peek()?.grid[0] ?? 0);
  settle();
}

/** Moves time while it plays; called once. */
export function beginTransport(): void {
  let before = 0;
  let frame = 0;
  const tick = (now: number): void => {
    const axis = timeAxis.peek();
    const share = before === 0 ? 0 : Math.min(0.1, (now - before) / 1000) * (speed.peek() / whole);
    if (formingPicture.peek() !== null) {
      formingPlace.value = Math.min(1, formingPlace.peek() + share);
      // Forming has an end, at which one wants to stay.
      if (formingPlace.peek() === 1) playing.value = false;
    } else if (axis !== null) {
      const [first, last] = [axis.grid[0], axis.grid[axis.grid.length - 1]];
      const next = time.peek() + share * (last - first);
      setTime(next >= last ? first : next);
    }
    before = now;
    if (playing.peek()) frame = requestAnimationFrame(tick);
  };
  effect(() => {
    cancelAnimationFrame(frame);
    before = 0;
    if (!playing.value) return;
    if (formingPicture.peek() !== null && formingPlace.peek() === 1) formingPlace.value = 0;
    frame = requestAnimationFrame(tick);
  });
  effect(() => {
    void address.value.game;
    ownTime.value = null;
  });
}
