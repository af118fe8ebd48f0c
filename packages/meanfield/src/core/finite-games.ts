/** What every wing checks before it plays games of finitely many players. */

import { InputError } from "./errors.ts";
import type { SimulationSettings } from "./simulation.ts";
import type { ChaosSettings } from "./wing.ts";

/** What a wing can hold. */
export interface FiniteGameLimits {
  readonly players: number;
  readonly steps: number;
}

/**
 * @param most what the wing can hold, and how many random numbers of one kind a player takes a step
 * @throws InputError for players, paths, steps or seed that are not such numbers or too large to hold.
 */
export function checkSimulation(
  settings: SimulationSettings,
  most: FiniteGameLimits & { readonly draws: number },
): void {
  for (const [field, limit] of [
    ["players", most.players],
    ["paths", Number.MAX_SAFE_INTEGER],
    ["steps", most.steps],
  ] as const) {
    const value = settings[field];
    const allowed =
      limit < Number.MAX_SAFE_INTEGER ? `a whole number from 1 to ${limit}` : "a whole number of at least 1";
    if (!Number.isSafeInteger(value) || value < 1 || value > limit) throw new InputError(field, value, allowed);
  }
  const { players, paths, steps, seed } = settings;
  requireSeed(seed);
  // Every draw has a number of its own.
  const limit = Math.floor(Number.MAX_SAFE_INTEGER / (players * (steps + 1) * most.draws));
  if (paths > limit) throw new InputError("paths", paths, `at most ${limit} for so many players and steps`);
}

/** @throws InputError for players that do not increase from at least 2, and for repeats, steps or seed that are no such numbers. */
export function checkChaos(settings: ChaosSettings, most: FiniteGameLimits): void {
  const { players, repeats, repeatsEach, steps, seed } = settings;
  const allowed = `a list of whole numbers from 2 to ${most.players}, increasing`;
  for (const [i, count] of players.entries()) {
    if (!Number.isSafeInteger(count) || count < 2 || count > most.players || (i > 0 && count <= players[i - 1])) {
      throw new InputError("players", players, allowed);
    }
  }
  if (players.length === 0) throw new InputError("players", players, allowed);
  if (!Number.isSafeInteger(repeats) || repeats < 0) {
    throw new InputError("repeats", repeats, "a whole number of at least 0");
  }
  if (repeatsEach !== undefined) {
    const whole = repeatsEach.every((count) => Number.isSafeInteger(count) && count >= 1);
    if (!whole || repeatsEach.length !== players.length) {
      throw new InputError(
        "repeats",
        repeatsEach,
        "as many whole numbers of at least 1 as there are numbers of players",
      );
    }
  }
  if (!Number.isSafeInteger(steps) || steps < 1 || steps > most.steps) {
    throw new InputError("steps", steps, `a whole number from 1 to ${most.steps}`);
  }
  requireSeed(seed);
}

function requireSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InputError("seed", seed, "a whole number in [0, 2^53)");
}

/** The steps whose moments are kept, at most 401 of them: every so many from 0 on, and the last. */
export function recordedSteps(steps: number): number[] {
  const stride = Math.ceil(steps / 400);
  const out = Array.from({ length: Math.ceil(steps / stride) }, (_, k) => k * stride);
  out.push(steps);
  return out;
}
