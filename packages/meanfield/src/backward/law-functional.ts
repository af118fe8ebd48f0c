/** Numbers read off a law on the line: how the law of Y enters a driver, for a sample, a rule or a limit alike. */

/**
 * A functional of a law, evaluated on finitely many points with weights.
 *
 * Solvers may rely on: it is a pure function of the law alone (the order of points and the splitting of a point into equal ones
 * of the same total weight change nothing), and it is Lipschitz in the Wasserstein distance W₂ on laws of bounded second moment.
 */
export interface LawFunctional {
  /** The name in arrays and messages. */
  readonly name: string;
  /** TeX without dollars, of the law μ. */
  readonly symbol: string;
  /**
   * @param points not kept and not changed
   * @param weights as many, not negative, of sum 1; equal ones where left out
   */
  readonly of: (points: Float64Array, weights?: Float64Array) => number;
}

/** ∫ y μ(dy). */
export const mean: LawFunctional = {
  name: "mean",
  symbol: "\\textstyle\\int y\\,\\mu(dy)",
  of: (points, weights) => integral(points, weights, (y) => y),
};

/** ∫ y² μ(dy). */
export const secondMoment: LawFunctional = {
  name: "second_moment",
  symbol: "\\textstyle\\int y^2\\,\\mu(dy)",
  of: (points, weights) => integral(points, weights, (y) => y * y),
};

/** The standard deviation of μ: W₂-Lipschitz with constant 1, being the distance of μ to the nearest point mass. */
export const deviation: LawFunctional = {
  name: "deviation",
  symbol: "\\operatorname{sd}(\\mu)",
  of: (points, weights) => {
    const centre = integral(points, weights, (y) => y);
    return Math.sqrt(integral(points, weights, (y) => (y - centre) ** 2));
  },
};

/** ∫ ln(1 + eʸ) μ(dy): the mean of what is gained, smoothly; Lipschitz with constant 1 in W₁, hence in W₂. */
export const softplusMean: LawFunctional = {
  name: "softplus_mean",
  symbol: "\\textstyle\\int\\ln(1+e^y)\\,\\mu(dy)",
  of: (points, weights) => integral(points, weights, (y) => Math.max(y, 0) + Math.log1p(Math.exp(-Math.abs(y)))),
};

/** ∫ φ dμ for a Lipschitz function φ. */
export function meanOf(name: string, symbol: string, phi: (y: number) => number): LawFunctional {
  return { name, symbol, of: (points, weights) => integral(points, weights, phi) };
}

function integral(points: Float64Array, weights: Float64Array | undefined, phi: (y: number) => number): number {
  let sum = 0;
  if (weights === undefined) {
    for (let i = 0; i < points.length; i++) sum += phi(points[i]);
    return sum / points.length;
  }
  for (let i = 0; i < points.length; i++) sum += weights[i] * phi(points[i]);
  return sum;
}
