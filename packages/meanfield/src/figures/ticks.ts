import { superscript } from "./tex.ts";

/** Round numbers (1, 2 or 5 times a power of ten apart) inside [low, high], about `count` of them. */
export function linearTicks(low: number, high: number, count: number): number[] {
  const raw = (high - low) / count;
  const power = Math.floor(Math.log10(raw));
  const lead = raw / 10 ** power;
  const multiple = lead < Math.SQRT2 ? 1 : lead < Math.sqrt(10) ? 2 : lead < Math.sqrt(50) ? 5 : 10;
  // Below one, dividing by a whole number keeps 0.3 from becoming 0.30000000000000004.
  const inverse = power < 0 ? 10 ** -power / multiple : 0;
  const step = multiple * 10 ** power;
  const tick = (i: number): number => (inverse > 0 ? i / inverse : i * step);
  const units = (value: number): number => (inverse > 0 ? value * inverse : value / step);
  const ticks: number[] = [];
  for (let i = Math.ceil(units(low) - 1e-9); i <= units(high) + 1e-9; i++) ticks.push(tick(i) + 0);
  return ticks;
}

/** Whole numbers inside [low, high], thinned to at most `count`. */
export function wholeTicks(low: number, high: number, count: number): number[] {
  const ticks = linearTicks(low, high, count).filter(Number.isInteger);
  if (high - low <= count) {
    return Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => Math.ceil(low) + i);
  }
  return ticks;
}

/** Powers of ten inside [low, high], thinned to about `count`; 1, 2, 5 between them where fewer than three fit. */
export function logTicks(low: number, high: number, count: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  if (last - first >= 2) {
    const stride = Math.ceil((last - first + 1) / count);
    return powers(first, last)
      .filter((power) => (power - first) % stride === 0)
      .map((power) => 10 ** power);
  }
  for (const leads of [
    [1, 2, 5],
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
  ]) {
    const ticks = powers(first - 1, last)
      .flatMap((power) => leads.map((lead) => (power < 0 ? lead / 10 ** -power : lead * 10 ** power)))
      .filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
    if (ticks.length >= 3 && ticks.length <= 2 * count) return ticks;
  }
  return linearTicks(low, high, count);
}

function powers(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

/** The ticks of a linear axis as text, all with the decimals that tell neighbours apart. */
export function linearLabels(ticks: readonly number[]): string[] {
  const largest = Math.max(...ticks.map(Math.abs), 0);
  if (largest === 0) return ticks.map(String);
  const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : largest;
  const exponent = Math.floor(Math.log10(largest) + 1e-9);
  const scientific = largest < 1e-3 || largest >= 1e6;
  const shift = scientific ? exponent : 0;
  const decimals = Math.min(12, Math.max(0, shift - Math.floor(Math.log10(step) + 1e-9), significant(step, shift)));
  return ticks.map((tick) => {
    if (tick === 0) return "0";
    const text = (scientific ? scaled(tick, -shift) : tick).toFixed(decimals).replace("-", "−");
    return scientific ? `${text}×10${superscript(shift)}` : text;
  });
}

/** Decimals of a step such as 2.5 that is no single digit. */
function significant(step: number, shift: number): number {
  const text = String(Number(scaled(step, -shift).toPrecision(6)));
  return /e/.test(text) ? 0 : (text.split(".")[1]?.length ?? 0);
}

function scaled(value: number, power: number): number {
  // 10 ** 320 is infinite: two factors reach everything a double can hold.
  const half = Math.trunc(power / 2);
  return value * 10 ** half * 10 ** (power - half);
}

/** The ticks of a logarithmic axis as text: plain where all are near one, else powers of ten. */
export function logLabels(ticks: readonly number[]): string[] {
  const plain = ticks.every((tick) => tick >= 0.999e-3 && tick < 1e5);
  if (plain) return ticks.map((tick) => String(Number(tick.toPrecision(10))));
  return ticks.map((tick) => {
    const power = Math.floor(Math.log10(tick) + 1e-9);
    const lead = Number(scaled(tick, -power).toPrecision(6));
    return `${lead === 1 ? "" : `${lead}×`}10${superscript(power)}`;
  });
}

/** A number for running text: three significant digits, powers of ten where that is shorter to read. */
export function shortNumber(value: number, digits = 3): string {
  if (value === 0 || !Number.isFinite(value)) return String(value).replace("-", "−").replace("Infinity", "∞");
  const power = Math.floor(Math.log10(Math.abs(value)));
  if (power >= -4 && power < 5) return String(Number(value.toPrecision(digits))).replace("-", "−");
  const lead = Number(scaled(value, -power).toPrecision(digits));
  return `${String(lead).replace("-", "−")}×10${superscript(power)}`;
}
