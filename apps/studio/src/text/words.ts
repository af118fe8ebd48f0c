import type { Answer, Refusal } from "../engine/protocol.ts";

/** Six significant digits, as prose and tables have them. */
export function digits(value: number, significant = 6): string {
  if (!Number.isFinite(value)) return value === Infinity ? "∞" : value === -Infinity ? "−∞" : "—";
  if (value === 0) return "0";
  const text = Number(value.toPrecision(significant));
  if (Math.abs(text) >= 1e6 || Math.abs(text) < 1e-4) return power(value, significant - 1);
  return String(text).replace("-", "−");
}

/** 3.2e-9 → `3.2·10⁻⁹`. */
export function power(value: number, decimals = 1): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return digits(value);
  const [mantissa, exponent] = value.toExponential(decimals).split("e");
  const whole = Number(exponent);
  const factor = String(Number(mantissa)).replace("-", "−");
  if (whole === 0) return factor;
  const raised = superscript(whole);
  return factor === "1" ? `10${raised}` : `${factor}·10${raised}`;
}

function superscript(value: number): string {
  return String(value)
    .replace("-", "⁻")
    .replaceAll(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]);
}

export function duration(seconds: number): string {
  if (seconds < 0.001) return "less than 1 ms";
  if (seconds < 1) return `${Number((seconds * 1000).toPrecision(2))} ms`;
  return seconds < 120 ? `${seconds.toPrecision(3)} s` : `${(seconds / 60).toFixed(1)} min`;
}

/** What became of a question, in one sentence: the certificate in words. */
export function verdict(answer: Answer): string {
  const { outcome, certificate, iterations, seconds } = answer;
  const steps = `${iterations} ${iterations === 1 ? "iteration" : "iterations"} and ${duration(seconds)}`;
  if (certificate === null) return `first look after ${steps}`;
  const how = quality(certificate);
  const said = how === "" ? "" : ` ${outcome === "converged" ? "to" : "at"} ${how}`;
  if (outcome === "converged") return `converged${said} in ${steps}`;
  const noun =
    outcome === "diverged" ? "diverged" : outcome === "aborted" ? "stopped" : "not converged (iteration limit)";
  return `${noun}${said} after ${steps}: ${answer.reason}`;
}

function quality({ exploitability, residual, consistency }: NonNullable<Answer["certificate"]>): string {
  if (exploitability !== null)
    return exploitability <= 0 ? "exploitability below rounding" : `exploitability ${power(exploitability)}`;
  if (residual !== null) return `residual ${power(residual)}`;
  return consistency === null ? "" : `consistency ${power(consistency)}`;
}

export function refused(refusal: Refusal): string {
  return `refused: ${refusal.message}`;
}
