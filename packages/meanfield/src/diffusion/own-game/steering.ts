/**
 * The Hamiltonian of a drift and a cost that are formulas of a control: H = sup_a (−p b − f).
 *
 * Where b is straight and f a square in the control, which their derivatives tell, H is a square in p and known in closed form. With
 * b = b₀ + b₁ a and f = f₀ + f₁ a + ½ f₂ a²,
 *
 *     H = −f₀ − p b₀ + (p b₁ + f₁)²/(2 f₂) = ½ A (p − s)² + floor − f₀,   A = b₁²/f₂,   s = (b₀ f₂ − b₁ f₁)/b₁²,
 *
 * and f₀ goes to the costs that nobody steers. Else the control is sought in its interval, where p b_a + f_a = 0.
 */

import { call, derivative, namesIn, number, simplify, substitute } from "../../formula/index.ts";
import type { Expression } from "../../formula/index.ts";
import { quadraticHamiltonian } from "../pde/hamiltonians.ts";
import type { AxisHamiltonian } from "../pde/model.ts";
import { DeclarationError } from "./declaration-error.ts";
import { coefficientOf, seesOf } from "./readers.ts";
import { soughtHamiltonian } from "./sought-hamiltonian.ts";

export interface Steering {
  readonly hamiltonian: AxisHamiltonian;
  /** The part of the running cost that is left for F. */
  readonly unsteered: Expression;
  /** b₁ and f₂ of a square; undefined where the control is sought. */
  readonly square: { readonly slope: Expression; readonly bend: Expression } | undefined;
}

/** What steers: b, f and the interval of the control, with numbers for parameters. */
export interface Steered {
  readonly drift: Expression;
  readonly cost: Expression;
  readonly interval: readonly [from: number, to: number] | undefined;
  readonly aggregates: readonly string[];
  /** The fields that drift and cost come from, and what the control is called there. */
  readonly drifts: string;
  readonly costs: string;
  readonly control: string;
}

/** @throws DeclarationError where no control enters, or no square is given and no interval either */
export function steeringOf(steered: Steered): Steering {
  const { drift, cost, interval, aggregates, drifts, costs, control } = steered;
  if (!reads(drift)) throw new DeclarationError(drifts, "", `must depend on the control ${control}`);
  if (!reads(cost))
    throw new DeclarationError(costs, "", `must depend on the control ${control}, which is free of cost`);
  const [slope, gain] = [derivative(drift, "a"), derivative(cost, "a")];
  const bend = derivative(gain, "a");
  if (interval !== undefined) {
    // What one drift costs is asked of other populations, too; there a control at an end of its interval gives another drift.
    const seen = ["m", "nearby", ...aggregates].find((each) => namesIn(drift).has(each));
    if (seen !== undefined) {
      throw new DeclarationError(
        drifts,
        "",
        `cannot read ${seen} where the control has an interval: let the costs read it, or leave \`control\` out`,
      );
    }
    return { hamiltonian: soughtHamiltonian(steered, interval), unsteered: number(0), square: undefined };
  }
  if (reads(slope))
    throw new DeclarationError(
      drifts,
      "",
      `is not straight in the control ${control}: give it an interval in the field \`control\``,
    );
  if (reads(bend))
    throw new DeclarationError(
      costs,
      "",
      `is no square in the control ${control}: give it an interval in the field \`control\``,
    );
  if (isZero(bend))
    throw new DeclarationError(
      costs,
      "",
      `rises with the control ${control} for ever: give it an interval in the field \`control\`, or a cost such as ${control}^2/2`,
    );
  const [b0, f0, f1] = [drift, cost, gain].map(atRest);
  const square = (each: Expression): Expression => call("^", each, number(2));
  const coefficient = (expression: Expression) => simplify(expression);
  const scale = coefficient(call("/", square(slope), bend));
  const rest = coefficient(call("/", call("-", call("*", b0, bend), call("*", slope, f1)), square(slope)));
  const floor = coefficient(
    call("*", b0, call("-", call("/", f1, slope), call("/", call("*", b0, bend), call("*", number(2), square(slope))))),
  );
  return {
    hamiltonian: quadraticHamiltonian({
      scale: coefficientOf(scale, aggregates),
      rest: coefficientOf(rest, aggregates),
      floor: coefficientOf(floor, aggregates),
      sees: seesOf([scale, rest, floor], aggregates),
    }),
    unsteered: f0,
    square: { slope, bend },
  };
}

function reads(expression: Expression): boolean {
  return namesIn(expression).has("a");
}

function isZero(expression: Expression): boolean {
  return expression.kind === "number" && expression.value === 0;
}

/** With the control 0. */
function atRest(expression: Expression): Expression {
  return simplify(substitute(expression, new Map([["a", 0]])));
}
