/** The Wasserstein distance between two measures in whatever form they come, by the exact road that fits. */

import { normalDensity, normalDistribution } from "../numeric/normal-distribution.ts";
import { densityLaw } from "./density-law.ts";
import { normalLaw } from "./law.ts";
import { dimensionOf } from "./measure.ts";
import { wassersteinGaussians } from "./wasserstein-gaussians.ts";
import { wassersteinLaws } from "./wasserstein-laws.ts";
import { wassersteinSampleLaw } from "./wasserstein-sample-law.ts";
import { wassersteinSamples } from "./wasserstein-samples.ts";
import type { Density } from "./density.ts";
import type { Gaussian } from "./gaussian.ts";
import type { Law } from "./law.ts";
import type { Measure } from "./measure.ts";
import type { Particles } from "./particles.ts";

/**
 * The Wasserstein distance of order 1 or 2 between two measures of one dimension; of order 2 also between normal laws of any.
 *
 * Exact between particles, between particles and a density or a normal law, and between normal laws; by quadrature between
 * densities, and between a density and a normal law. Densities count as probability densities (they are normalised). Throws
 * `RangeError` for other dimensions, and for measures of which only moments are known.
 */
export function wasserstein(first: Measure, second: Measure, order: 1 | 2): number {
  if (order !== 1 && order !== 2) throw new RangeError(`wasserstein: order is ${String(order)}; allowed is 1 or 2`);
  const dimensions = [dimensionOf(first), dimensionOf(second)];
  if (first.kind === "moments" || second.kind === "moments") {
    throw new RangeError(
      "wasserstein: a measure is known by its moments only; allowed are particles, densities, gaussians",
    );
  }
  if (first.kind === "gaussian" && second.kind === "gaussian") {
    if (order === 2) return wassersteinGaussians(first, second);
    if (dimensions[0] === 1 && dimensions[1] === 1) return firstOrderGaussians(first, second);
  }
  if (dimensions[0] !== 1 || dimensions[1] !== 1) {
    throw new RangeError(
      `wasserstein: the measures have ${dimensions[0]} and ${dimensions[1]} dimensions; ` +
        "allowed is 1, or any for two gaussians and order 2",
    );
  }
  if (first.kind === "particles") {
    return second.kind === "particles" ? wassersteinSamples(first, second, order) : toParticles(first, second, order);
  }
  if (second.kind === "particles") return toParticles(second, first, order);
  if (isPoint(first) || isPoint(second)) {
    const [point, other] = isPoint(first) ? [first, second] : [second as Gaussian, first];
    return toParticles(pointParticle(point), other, order);
  }
  return wassersteinLaws(lawOf(first), lawOf(second), order);
}

function toParticles(sample: Particles, other: Density | Gaussian, order: 1 | 2): number {
  if (isPoint(other)) return wassersteinSamples(sample, pointParticle(other), order);
  return wassersteinSampleLaw(sample, lawOf(other), order);
}

/** A normal law without variance has no density: it is a point. */
function isPoint(measure: Density | Gaussian): measure is Gaussian {
  return measure.kind === "gaussian" && measure.covariance.data[0] === 0;
}

function pointParticle(point: Gaussian): Particles {
  return { kind: "particles", count: 1, dimension: 1, positions: point.mean };
}

function lawOf(measure: Density | Gaussian): Law {
  return measure.kind === "density" ? densityLaw(measure) : normalLaw(measure.mean[0], measure.covariance.data[0]);
}

/** E|m₁ − m₂ + (s₁ − s₂)Z|: on the line both laws are moved by one normal variable Z. */
function firstOrderGaussians(first: Gaussian, second: Gaussian): number {
  const shift = Math.abs(first.mean[0] - second.mean[0]);
  const spread = Math.abs(Math.sqrt(first.covariance.data[0]) - Math.sqrt(second.covariance.data[0]));
  if (spread === 0) return shift;
  const ratio = shift / spread;
  return 2 * spread * normalDensity(ratio) + shift * (1 - 2 * normalDistribution(-ratio));
}
