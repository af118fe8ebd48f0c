import { gaussLegendre } from "../../numeric/gauss-rules.ts";
import type { Loadings } from "../candidate.ts";
import { martingaleOf } from "../model.ts";
import type { LinearSystem } from "../model.ts";
import type { LoadedProcess } from "./processes.ts";

/**
 * (1/H) ∫₀ᴴ E|Y_t − Ỹ_t|² dt for a player of two systems on the same Brownian motions, both lasting at least to H.
 *
 * Where Y reads φ at a time s ≤ t and Ỹ at t, with loads p_j and q_j on φ^j,
 *
 *     E|Y_t − Ỹ_t|² = Σ_j [(p_j − q_j)² Var φ_s + q_j² (Var φ_t − Var φ_s)] + (E Y_t − E Ỹ_t)².
 *
 * Exact to rounding: twenty Gauss nodes a step, four where steps are very short.
 *
 * @param second of the same steps as the first, or without any
 */
export function meanSquareDistance(
  system: LinearSystem,
  first: LoadedProcess,
  second: LoadedProcess,
  until: number,
): number {
  const { mean, variance } = martingaleOf(system);
  const players = Math.min(first.players, second.players);
  const stepped = second.times !== undefined;
  const at = (s: number, t: number, p: Loadings, q: Loadings): number => {
    const others = Number.isFinite(players) ? players - 1 : 0;
    const [pOther, qOther] = [p.mean / first.players, q.mean / second.players];
    const [pOwn, qOwn] = [p.own + pOther, q.own + qOther];
    const early = variance(s);
    const late = stepped ? 0 : variance(t) - early;
    const shift = (p.own + p.mean - q.own - q.mean) * mean + p.constant - q.constant;
    return (
      ((pOwn - qOwn) ** 2 + others * (pOther - qOther) ** 2) * early +
      (qOwn * qOwn + others * qOther * qOther) * late +
      shift * shift
    );
  };
  const { times } = first;
  if (times === undefined) {
    return overInterval(0, until, rules.fine, 16, (t) => at(t, t, first.at(t), second.at(t))) / until;
  }
  let sum = 0;
  const rule = times.length > 1000 ? rules.coarse : rules.fine;
  for (let n = 0; n + 1 < times.length; n++) {
    const [low, high] = [times[n], Math.min(until, times[n + 1])];
    if (!(high > low)) break;
    const p = first.at(n);
    sum += stepped
      ? (high - low) * at(low, low, p, second.at(n))
      : overInterval(low, high, rule, 1, (t) => at(low, t, p, second.at(t)));
  }
  return sum / until;
}

const rules = { fine: gaussLegendre(20), coarse: gaussLegendre(4) } as const;

function overInterval(
  low: number,
  high: number,
  rule: { readonly nodes: Float64Array; readonly weights: Float64Array },
  panels: number,
  f: (t: number) => number,
): number {
  const width = (high - low) / panels;
  let sum = 0;
  for (let panel = 0; panel < panels; panel++) {
    for (let k = 0; k < rule.nodes.length; k++) {
      sum += rule.weights[k] * f(low + width * (panel + 0.5 * (1 + rule.nodes[k])));
    }
  }
  return 0.5 * width * sum;
}
