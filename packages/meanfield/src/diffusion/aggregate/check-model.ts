import { InputError } from "../../core/index.ts";
import type { AggregateModel, Price } from "./model.ts";

/** Accepted relative distance of derivatives from differences. */
const tolerance = 1e-6;

/**
 * Checks what types cannot: ranges, that (c₁′)⁻¹ inverts c₁′ and is increasing, that slopes are the slopes of values and integrals
 * their antiderivatives.
 *
 * Functions are tried at fixed points of the interval.
 *
 * @throws InputError naming the part of the model, such as `model.terminal.slope`.
 */
export function checkAggregate(model: AggregateModel): void {
  const { horizon, commonNoise, ownNoise, start, interval, effort } = model;
  const [low, high] = interval;
  if (!(horizon > 0 && Number.isFinite(horizon))) throw new InputError("model.horizon", horizon, "a finite number > 0");
  if (!(commonNoise >= 0 && Number.isFinite(commonNoise)))
    throw new InputError("model.commonNoise", commonNoise, "a finite number >= 0");
  if (!(ownNoise >= 0 && Number.isFinite(ownNoise)))
    throw new InputError("model.ownNoise", ownNoise, "a finite number >= 0");
  if (!(low < start && start < high && Number.isFinite(high - low)))
    throw new InputError("model.interval", interval, `finite, with the start ${start} inside`);
  // Additive recurrence by the golden ratio: no point of it is special.
  for (let i = 1; i <= 24; i++) {
    const share = (i * 0.6180339887498949) % 1;
    const m = low + share * (high - low);
    checkPrice("model.running", model.running, m);
    checkPrice("model.terminal", model.terminal, m);
    const a = 6 * share - 3;
    const where = `at a = ${short(a)}`;
    const p = effort.marginal(a);
    agrees("model.effort.marginal", p, slopeOf(effort.value, a), where);
    agrees("model.effort.inverse", effort.inverse(p), a, `${short(a)}, ${where}, the inverse of marginal`);
    agrees("model.effort.inverseSlope", effort.inverseSlope(p), slopeOf(effort.inverse, p), where);
    if (!(effort.inverseSlope(p) > 0))
      throw new InputError("model.effort.inverseSlope", effort.inverseSlope(p), `> 0 ${where}: c₁ must be convex`);
  }
}

function checkPrice(field: string, price: Price, m: number): void {
  const where = `at m = ${short(m)}`;
  if (!Number.isFinite(price.value(m))) throw new InputError(`${field}.value`, price.value(m), `finite ${where}`);
  agrees(`${field}.slope`, price.slope(m), slopeOf(price.value, m), where);
  agrees(`${field}.integral`, slopeOf(price.integral, m), price.value(m), `an antiderivative of value ${where}`);
}

function agrees(field: string, given: number, expected: number, where: string): void {
  if (Math.abs(given - expected) <= tolerance * (1 + Math.abs(expected))) return;
  throw new InputError(field, given, `${short(expected)} as differences say, ${where}`);
}

/** Fourth order. */
function slopeOf(f: (x: number) => number, x: number): number {
  const h = 1e-3 * (1 + Math.abs(x)) * 0.1;
  return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
