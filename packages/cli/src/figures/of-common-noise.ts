import type { AlongCommonNoise } from "meanfield";
import { flowBands } from "meanfield/figures";
import type { FigureSpecification, FlowGroup } from "meanfield/figures";

/**
 * The decomposition: the law of the conditional mean over all common noise, the mean along this path, and the law of one
 * player around it; one figure per coordinate of the state and of the common state.
 */
export function commonNoiseFigures({ solution, flow, path }: AlongCommonNoise): FigureSpecification[] {
  const { game } = solution.preparation;
  const horizon = path.t[path.t.length - 1];
  const t = solution.quantities["common_noise"]?.axes[0]?.grid ?? Float64Array.of(0, horizon);
  const means = Array.from(t, flow.mean);
  const deviations = Array.from(t, flow.deviation);
  const laws = Array.from(t, flow.law);
  const column = (rows: readonly Float64Array[], i: number): Float64Array => Float64Array.from(rows, (row) => row[i]);
  return Array.from({ length: flow.state + flow.common }, (_, i) => {
    const common = i >= flow.state;
    const number = common ? i - flow.state + 1 : i + 1;
    const several = (common ? flow.common : flow.state) > 1;
    const mean = column(means, i);
    const expected = column(
      laws.map((law) => law.mean),
      i,
    );
    const spread = column(
      laws.map((law) => law.deviation),
      i,
    );
    const groups: FlowGroup[] = [
      { label: "over all common noise", mean: expected, bands: [around(expected, spread)] },
      common
        ? { label: "along this path", mean }
        : { label: "along this path", mean, bands: [around(mean, column(deviations, i))] },
    ];
    const what = common ? "common state" : "mean of the population";
    const bands = common
      ? "The band is its law over all paths."
      : "One band is the law of the mean over all paths, the other the law of one player around the mean along this one.";
    return flowBands({
      name: `along-common-noise${common ? "-state" : ""}${several ? `-${number}` : ""}`,
      title: `${game.title}: along a path of the common noise`,
      caption: `The ${what} along one path of the common noise${several ? `, coordinate ${number}` : ""}. ${bands}`,
      t,
      groups,
      bandMeaning: "from the 5 to the 95 per cent quantile",
      y: common
        ? { title: "Common state", symbol: several ? `S_{${number}}` : "S" }
        : { title: "State", symbol: several ? `x_{${number}}` : "x" },
    });
  });
}

/** Quantile of the standard normal law at 95 per cent. */
const normal95 = 1.6448536269514722;

function around(mean: Float64Array, deviation: Float64Array): { low: Float64Array; high: Float64Array } {
  return {
    low: mean.map((value, k) => value - normal95 * deviation[k]),
    high: mean.map((value, k) => value + normal95 * deviation[k]),
  };
}
