import { learnedOf } from "meanfield";
import type { LearnedRun, Learning, LearningTarget, Quantity } from "meanfield";
import {
  cloudReach,
  convergence,
  figureSheet,
  learnedLaw,
  learningCurves,
  particleCloud,
  seriesLines,
} from "meanfield/figures";
import type { AxisText, FigureSheet, FigureSpecification, LearningPath } from "meanfield/figures";
import { quantityFigures } from "./of-solution.ts";

/** The pictures of learning: what was learned against the iterations, the field, errors, and every quantity. */
export function learningFigures(learning: Learning): (FigureSpecification | FigureSheet)[] {
  return [
    ...curveFigures(learning),
    ...fieldFigures(learning),
    ...errorFigures(learning, "field_error", "Field error"),
    ...errorFigures(learning, "exploitability", "Exploitability"),
    ...trainingFigures(learning),
    ...quantityFigures(learning),
  ];
}

/**
 * Of a training run: its number along the way beside that of the limit, and its particles over the limit's law; as one figure
 * where both are known.
 */
export function trainingFigures(learning: Learning): (FigureSpecification | FigureSheet)[] {
  const { curve, clouds, times } = trainingParts(learning);
  if (curve === undefined || clouds.length === 0) return [...(curve === undefined ? [] : [curve]), ...clouds];
  const { game } = learning.preparation;
  return [
    figureSheet({
      name: "training",
      title: `${game.title}: training beside the mean-field limit`,
      caption:
        `${curve.caption} Below, the particles at ${times.length} times, which thin lines mark above, over the limit’s law: ` +
        `level lines enclose 95, 75, 50 and 25 per cent of it.`,
      rows: [
        { heading: `${game.title}: training beside the mean-field limit`, figures: [curve] },
        ...Array.from({ length: Math.ceil(clouds.length / 2) }, (_, row) => ({
          heading: times
            .slice(2 * row, 2 * row + 2)
            .map((t) => `t = ${Number(t.toPrecision(3))}`)
            .join("  and  "),
          figures: clouds.slice(2 * row, 2 * row + 2),
        })),
      ],
    }),
  ];
}

/** The single figures of a training run, and the times of its clouds. */
export function trainingParts({ preparation, runs }: Learning): {
  readonly curve: FigureSpecification | undefined;
  readonly clouds: readonly FigureSpecification[];
  readonly times: readonly number[];
} {
  const { game, model, question, wing } = preparation;
  // The first run that went well; the others differ by chance.
  const run = runs.find(({ end }) => end !== "diverged");
  const learned = run === undefined ? undefined : learnedOf(preparation, run);
  if (learned === undefined || wing.learnedTraining === undefined) return { curve: undefined, clouds: [], times: [] };
  const { title, symbol, t, value, limit, clouds } = wing.learnedTraining(model, question, learned);
  const times = clouds.map((cloud) => cloud.t);
  const known = value.some((one) => !Number.isNaN(one));
  // A number that falls by decades is seen on a logarithmic axis only.
  const [least, most] = [Math.min(...value), Math.max(...value)];
  const curve = seriesLines({
    name: `${title.toLowerCase()}-while-training`,
    title: `${game.title}: ${title.toLowerCase()} while training, beside the limit`,
    // A sheet has clouds in pairs below.
    ...(clouds.length === 0 ? {} : { width: 868 }),
    y: { title, symbol },
    lines: [
      { label: "trained", x: t, value, ...(limit === undefined ? {} : { exact: { x: limit.t, value: limit.value } }) },
    ],
    moments: times,
    exactLabel: "limit",
    scale: least > 0 && most > 30 * least ? "log" : "linear",
  });
  const reaches = clouds.map(({ points, limit: density }) =>
    cloudReach({ points, ...(density === undefined ? {} : { density: { label: "", ...density } }) }),
  );
  // The same axes for all times, so that they can be compared.
  const shown = { x: reaches.flatMap(({ x }) => x), y: reaches.flatMap(({ y }) => y) };
  return {
    curve: known ? curve : undefined,
    times,
    clouds: clouds.map(({ t: time, particles, x, y, points, limit: law }, i) => {
      const label = `${particles} at t = ${Number(time.toPrecision(3))}`;
      return particleCloud({
        name: `cloud-${i}`,
        title: `${game.title}: ${label}${law === undefined ? "" : ", over the limit’s law"}`,
        label,
        x,
        y,
        points,
        shown,
        ...(law === undefined ? {} : { density: { label: "the limit’s law", ...law } }),
      });
    }),
  };
}

/** What is learned, by the concept that is learned. */
export function conceptLabel({ preparation }: Learning): string {
  return preparation.question.concept === "nash" ? "equilibrium" : "social optimum";
}

/**
 * Several concepts of one game in one picture: what each learned against the iterations, with all exact answers, and
 * beside it the fields that were learned.
 *
 * @param learnings of the same model; all of them report `theta`
 */
export function comparedLearning(name: string, learnings: readonly Learning[]): FigureSpecification[] {
  const [first] = learnings;
  const { game } = first.preparation;
  const groups = learnings.flatMap((learning) => {
    const curve = curveOf(learning, "theta", "threshold");
    return curve === undefined ? [] : [{ ...curve, label: conceptLabel(learning) }];
  });
  const laws = learnings.flatMap((learning) =>
    learning.law === undefined ? [] : [{ label: conceptLabel(learning), law: learning.law }],
  );
  return [
    learningCurves({
      name: `${name}-thresholds`,
      title: `${game.title}: learned thresholds`,
      y: textOf(first, "threshold"),
      groups,
      targets: targetsOf(first, "threshold").map(({ label, value }) => ({ label, value })),
    }),
    learnedLaw({
      name: `${name}-fields`,
      title: `${game.title}: learned fields`,
      x: laws[0].law.x,
      axis: { title: "State", symbol: "x" },
      groups: laws.map(({ label, law: { learned, exact } }) => ({
        label,
        learned,
        ...(exact === undefined ? {} : { exact }),
      })),
    }),
  ];
}

/** More runs than this would hide each other. */
const mostRuns = 40;

function curveFigures(learning: Learning): FigureSpecification[] {
  const { game } = learning.preparation;
  return [
    { metric: "theta", quantity: "threshold", name: "learned-thresholds", title: "learned thresholds" },
    {
      metric: "performance",
      quantity: "performance",
      name: "learned-performance",
      title: "performance while learning",
    },
  ].flatMap(({ metric, quantity, name, title }) => {
    const group = curveOf(learning, metric, quantity);
    if (group === undefined) return [];
    const { concept } = learning.preparation.question;
    return [
      learningCurves({
        name,
        title: `${game.title}: ${title}`,
        y: textOf(learning, quantity),
        groups: [group],
        targets: targetsOf(learning, quantity).map((target) => ({
          label: target.label,
          value: target.value,
          aside: target.concept !== concept,
        })),
      }),
    ];
  });
}

/** A metric's mean over runs with its deviation and the single runs; undefined where no run reports it. */
export function curveOf(
  { quantities, runs }: Learning,
  metric: string,
  quantity: string,
): { label: string; mean: LearningPath; deviation?: number[]; runs: LearningPath[] } | undefined {
  const mean = quantities[`${quantity}_path`];
  if (mean === undefined) return undefined;
  const path = pathOf(mean);
  const deviation = quantities[`${quantity}_path_deviation`];
  const spread = deviation === undefined ? undefined : pathOf(deviation);
  const steady = runs.filter(({ end }) => end !== "diverged");
  return {
    label: "learned",
    mean: path,
    ...(spread === undefined
      ? {}
      : { deviation: Array.from(path.iteration, (k) => spread.value[indexOf(spread.iteration, k)] ?? 0) }),
    runs: steady.length === 1 ? [] : steady.slice(0, mostRuns).map((run) => pathOfRun(run, metric)),
  };
}

function targetsOf({ targets, exact, preparation }: Learning, quantity: string): LearningTarget[] {
  const named = targets.filter((target) => target.quantity === quantity);
  const known = exact[quantity];
  if (named.length > 0 || known === undefined || known.axes.length > 0) return named;
  return [{ label: "exact", concept: preparation.question.concept, quantity, value: known.at() }];
}

function fieldFigures(learning: Learning): FigureSpecification[] {
  const { law, preparation } = learning;
  if (law === undefined) return [];
  return [
    learnedLaw({
      name: "learned-field",
      title: `${preparation.game.title}: learned field`,
      caption:
        law.words?.story ??
        `The mean field that was learned with the ${conceptLabel(learning)}${runsInWords(learning)}` +
          `${law.exact === undefined ? "" : "; exact: the stationary law of what was learned"}.`,
      x: law.x,
      axis: law.words === undefined ? { title: "State", symbol: "x" } : { title: law.words.axis },
      groups: [{ label: "learned", learned: law.learned, ...(law.exact === undefined ? {} : { exact: law.exact }) }],
    }),
  ];
}

function runsInWords({ runs }: Learning): string {
  return runs.length === 1 ? "" : ", averaged over runs";
}

/** An error against the iterations, as the model tells it and as the learner estimates it. */
function errorFigures(learning: Learning, metric: string, title: string): FigureSpecification[] {
  const lines = [
    { label: "true", path: learning.quantities[`${metric}_path`] },
    { label: "estimated by the learner", path: learning.quantities[`${metric}_estimate_path`] },
  ].flatMap(({ label, path }) => {
    if (path === undefined) return [];
    const { iteration, value } = news(pathOf(path));
    return Array.from(value).some((error) => error > 0) ? [{ label, k: iteration, value }] : [];
  });
  if (lines.length === 0) return [];
  const name = metric.replaceAll("_", "-");
  return [
    convergence({
      name: `${name}-while-learning`,
      title: `${learning.preparation.game.title}: ${title.toLowerCase()} while learning`,
      caption: `${title} against the number of iterations${runsInWords(learning)}.`,
      x: { title: "Iterations", symbol: "k" },
      y: { title },
      lines,
    }),
  ];
}

/** An estimate stands until there is a new one; only where it is new it tells anything. */
function news({ iteration, value }: { iteration: number[]; value: number[] }): {
  iteration: number[];
  value: number[];
} {
  const isNew = value.map((now, i) => i === 0 || now !== value[i - 1]);
  return { iteration: iteration.filter((_, i) => isNew[i]), value: value.filter((_, i) => isNew[i]) };
}

function textOf({ preparation }: Learning, quantity: string): AxisText {
  const definition = preparation.game.quantities.find(({ name }) => name === quantity);
  if (definition === undefined) return { title: `${quantity[0].toUpperCase()}${quantity.slice(1)}` };
  const { title, symbol, unit } = definition;
  return { title, ...(symbol === undefined ? {} : { symbol }), ...(unit === undefined ? {} : { unit }) };
}

function pathOf({ axes, at }: Quantity): { iteration: number[]; value: number[] } {
  const iteration = [...(axes[0]?.grid ?? [])];
  return { iteration, value: iteration.map((k) => at(k)) };
}

function pathOfRun({ rows }: LearnedRun, metric: string): LearningPath {
  const reported = rows.filter((row) => row[metric] !== undefined);
  return { iteration: reported.map(({ k }) => k + 1), value: reported.map((row) => row[metric]) };
}

function indexOf(list: ArrayLike<number>, value: number): number {
  return Array.prototype.indexOf.call(list, value);
}
