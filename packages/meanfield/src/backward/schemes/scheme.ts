/**
 * How a backward equation is stepped through time, shared by regressions and trees so that their answers can be compared at the
 * same step, where only their own errors are left.
 *
 * With Δ the step, ΔX the increment of the driving martingale, E the expectation given what is known at t_n, and F_{n+1}(z) the
 * driver at t_{n+1} with Y_{n+1}, its law and z:
 *
 *     explicit     Z_n = E[Y_{n+1}ΔX]/Δ,                           Y_n = E[Y_{n+1} + ΔF_{n+1}(Z_n)]
 *     difference   Z_n = E[(Y_{n+1} + ΔF_{n+1}(Z_n))ΔX]/Δ,         Y_n = E[Y_{n+1} + ΔF_{n+1}(Z_n)]
 *     theta        Z_n = E[(Y_{n+1} + ΔF_{n+1}(Z_{n+1}))ΔX]/Δ,     Y_n = E[Y_{n+1} + (1 − θ)ΔF_{n+1}(Z_{n+1})] + θΔF_n(Z_n)
 *
 * `explicit` is that of E. Gobet, J.-P. Lemor, X. Warin, Annals of Applied Probability 15 (2005) 2172–2202; `difference` is the
 * backward stochastic difference equation that the step martingale itself drives, for which A. Papapantoleon, D. Possamaï,
 * A. Saplaouras, Electronic Journal of Probability 28 (2023) paper 51, prove stability; `theta` with θ = ½ is of second order where increments
 * have the fourth moment of a normal law (J.-F. Chassagneux, D. Crisan, Annals of Applied Probability 24 (2014) 679–720). As Z_T is not
 * known, `theta` begins with one step of θ = 1 and Z = E[Y_T ΔX]/Δ, which costs no order.
 */

import { choice, real } from "../../core/index.ts";

export type Scheme =
  | { readonly kind: "explicit" }
  | { readonly kind: "difference" }
  | { readonly kind: "theta"; readonly theta: number };

/** The options of a solver that say which scheme. */
export const schemeOptions = (fallback: Scheme["kind"]) => ({
  scheme: choice(
    ["explicit", "difference", "theta"],
    fallback,
    "How time is stepped: explicit, as the difference equation of the step martingale, or implicit by the weight theta",
  ),
  theta: real(0.5, "Weight of the implicit part in the theta scheme; ½ is of second order", { minimum: 0, maximum: 1 }),
});

export function schemeOf({ scheme, theta }: { readonly scheme: Scheme["kind"]; readonly theta: number }): Scheme {
  return scheme === "theta" ? { kind: "theta", theta } : { kind: scheme };
}

/** What one step of the theta scheme uses: the last step before the horizon is implicit, since Z_T is not known. */
export function weightsAt(scheme: Scheme, last: boolean): { readonly now: number; readonly driverInZ: boolean } {
  if (scheme.kind === "explicit") return { now: 0, driverInZ: false };
  if (scheme.kind === "difference") return { now: 0, driverInZ: true };
  return last ? { now: 1, driverInZ: false } : { now: scheme.theta, driverInZ: true };
}
