import { describe, expect, it } from "vitest";
import energyTransitionNumbers from "../../../../../tests/reference/energy-transition.json" with { type: "json" };
import directNumbers from "../../../../../tests/reference/nash-direct-checks.json" with { type: "json" };
import plannerNumbers from "../../../../../tests/reference/planner-checks.json" with { type: "json" };
import { parseParameters, RefusalError } from "../../core/index.ts";
import type { Question } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import { blowUpHorizon } from "../linear-quadratic/blow-up.ts";
import { picardSpectralRadius } from "../linear-quadratic/mean-flow.ts";
import { energyTransition } from "./energy-transition.ts";
import {
  ask,
  distances,
  feedback,
  limit,
  openLoop,
  planner,
  playersOf,
  reference,
  roads,
} from "./reference.testing.ts";
import type { ReferenceRecord, Rule } from "./reference.testing.ts";

const data = reference(energyTransitionNumbers);
const symbols = { Em_T: "mean_state", Varm_T: "var_common", varD_T: "var_deviation" } as const;

const rules: readonly Rule[] = [
  {
    pattern: /\.(mfg|mfc)\.(eta|chi|psi)\./,
    question: ({ id }) => (id.includes(".mfg.") ? limit : planner),
    value: (answers, { id, args }) => ask(answers, id.split(".")[3], args?.t as number),
  },
  {
    pattern: /\.(mfg|mfc)\.(Em_T|Varm_T|varD_T)$/,
    question: ({ id }) => (id.includes(".mfg.") ? limit : planner),
    value: (answers, { id }) => ask(answers, symbols[id.split(".")[3] as keyof typeof symbols], 1),
  },
  {
    pattern: /\.(mfg|mfc)\.J(_value)?$/,
    question: ({ id }) => (id.includes(".mfg.") ? limit : planner),
    value: (answers) => ask(answers, "cost"),
  },
  { pattern: /\.PoA$/, question: () => limit, value: (answers) => ask(answers, "price_of_anarchy") },
  {
    pattern: /\.(open|feedback)\.N\d+\.alpha0$/,
    question: (record) => (record.id.includes(".open.") ? openLoop : feedback)(playersOf(record)),
    value: (answers) => ask(answers, "control_0"),
  },
  {
    pattern: /\.(open|feedback)\.N\d+\.J$/,
    question: (record) => (record.id.includes(".open.") ? openLoop : feedback)(playersOf(record)),
    value: (answers) => ask(answers, "cost"),
  },
];

/** Not quadratic (Cole–Hopf, quartic), iterations of solvers, or tested by name below. */
const elsewhere = /CH1|QUARTIC|picard|fictitious|T_star|pathwise/;

describe("energy transition", () => {
  it.each(data.records.filter(({ id }) => !elsewhere.test(id)))("reproduces $id on both roads", (record) => {
    for (const { distance } of distances(energyTransition, data, rules, record)) {
      expect(distance).toBeLessThan(record.suggested_tol);
    }
  });

  it("has the open-loop gains of the records beside their controls", () => {
    for (const record of data.records.filter(({ id }) => /\.open\.N\d+\.alpha0$/.test(id))) {
      for (const [, answers] of roads(energyTransition, data.params.A, openLoop(playersOf(record)))) {
        for (const name of ["eta", "chi", "psi"]) {
          expect(Math.abs(ask(answers, name, 0) - (record.args?.[`${name}0`] as number))).toBeLessThan(1e-9);
        }
      }
    }
  });

  it("has the feedback gains of the records: α = k0 + k1 x_i + kX Σ x_j", () => {
    for (const record of data.records.filter(({ id }) => /\.feedback\.N\d+\.alpha0$/.test(id))) {
      const N = playersOf(record);
      const { k0, k1_own, kX_sum } = record.args as Record<string, number>;
      for (const [, answers] of roads(energyTransition, data.params.A, feedback(N))) {
        expect(Math.abs(-ask(answers, "psi", 0) - k0)).toBeLessThan(1e-9);
        expect(Math.abs(-ask(answers, "eta", 0) - k1_own)).toBeLessThan(1e-9);
        const onMean = ask(answers, "eta", 0) - ask(answers, "chi", 0);
        expect(Math.abs(onMean / N - kX_sum)).toBeLessThan(1e-9);
      }
    }
  });

  it("finds the controls of three firms with different starts, which needed no adjoint equation to compute", () => {
    const checks = reference(directNumbers).records;
    const start = [0, 1.3, 1.7];
    for (const [, answers] of roads(energyTransition, data.params.A, openLoop(3))) {
      const mean = 1;
      const control = start.map(
        (x) => -(ask(answers, "eta", 0) * (x - mean) + ask(answers, "chi", 0) * mean + ask(answers, "psi", 0)),
      );
      const expected = checks.find(({ id }) => id === "S4.A.open_direct.N3")?.value as number[];
      control.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-8));
    }
    for (const [, answers] of roads(energyTransition, data.params.A, feedback(3))) {
      const expected = checks.find(({ id }) => id === "S4.A.feedback_direct.N3")?.value as number;
      // The reference is a Richardson extrapolation, good to 1e-12; its own tolerance is 1e-5.
      expect(Math.abs(ask(answers, "control_0") - expected)).toBeLessThan(1e-10);
    }
  });

  it("has the planner's cost of the full N-dimensional regulator", () => {
    const checks = reference(plannerNumbers).records.filter(({ id }) => id.startsWith("S4."));
    expect(checks.length).toBe(5);
    for (const { value, args, suggested_tol } of checks) {
      const players = (args?.N as number | undefined) ?? Infinity;
      for (const [, answers] of roads(energyTransition, data.params.A, { ...planner, players })) {
        expect(Math.abs(ask(answers, "cost") - (value as number))).toBeLessThan(suggested_tol);
        expect(ask(answers, "price_of_anarchy")).toBeCloseTo(1, 12);
      }
    }
  });

  it("follows the conditional mean along a smooth common path", () => {
    const record = data.records.find(({ id }) => id === "S4.A.mfg.pathwise_m") as ReferenceRecord;
    const { k, T, s0, x0 } = data.params.A as Record<"k" | "T" | "s0" | "x0", number>;
    for (const [, answers] of roads(energyTransition, data.params.A, limit)) {
      const chi = answers.chi?.().at ?? (() => Number.NaN);
      const psi = answers.psi?.().at ?? (() => Number.NaN);
      const shock = (t: number): number => ((0.7 * 2 * Math.PI) / T) * Math.cos((2 * Math.PI * t) / T);
      const path = integrate(
        (t, y, dy) => {
          dy[0] = -(chi(t) * y[0] + psi(t)) / k + s0 * shock(t);
        },
        0,
        T,
        Float64Array.of(x0),
      );
      [record.args?.t ?? []].flat().forEach((t, i) => {
        expect(Math.abs(path.at(t)[0] - (record.value as number[])[i])).toBeLessThan(1e-9);
      });
    }
  });

  it("knows the spectral radius of the best-response map: as recorded, and as a collocation of the map finds it", () => {
    const radius = (given: Record<string, unknown>): number =>
      ask(roads(energyTransition, given, limit)[0][1], "picard_spectral_radius");
    const record = data.records.find(({ id }) => id === "S4.A.picard_spectral_radius") as ReferenceRecord;
    expect(Math.abs(radius(data.params.A) - (record.value as number))).toBeLessThan(1e-10);
    const sets = [
      { ...energyTransition.presets.B?.parameters },
      { ...energyTransition.presets.C_blowup?.parameters, T: 0.4 },
      { s: -0.5, S: -0.3 },
      { s: 0 },
      { Q: 0 },
    ];
    for (const given of sets) {
      const model = energyTransition.build(parseParameters(energyTransition.parameters, given));
      expect(Math.abs(radius(given) - picardSpectralRadius(model))).toBeLessThan(1e-7);
    }
    expect(radius({ s: 0, S: 0 })).toBe(0);
    // At the horizon where the equilibrium ends, a best response keeps the whole error.
    const end = data.records.find(({ id }) => id === "S4.C_blowup.T_star")?.value as number;
    expect(radius({ ...data.params.C_blowup, T: end * (1 - 1e-9) })).toBeCloseTo(1, 8);
    expect(Object.keys(roads(energyTransition, { S: -0.3 }, limit)[0][1])).not.toContain("picard_spectral_radius");
  });

  it("answers for the longest horizon at any shorter one", () => {
    const end = data.records.find(({ id }) => id === "S4.C_blowup.T_star") as ReferenceRecord;
    for (const T of [0.1, 1, 1.5]) {
      for (const [, answers] of roads(energyTransition, { ...data.params.C_blowup, T }, limit)) {
        expect(Math.abs(ask(answers, "horizon") - (end.value as number))).toBeLessThan(end.suggested_tol);
      }
    }
    for (const question of [limit, planner, feedback(3)]) {
      for (const [, answers] of roads(energyTransition, {}, question)) {
        expect(Object.keys(answers)).not.toContain("horizon");
      }
    }
  });

  it("refuses a horizon beyond the blow-up and names the time", () => {
    const record = data.records.find(({ id }) => id === "S4.C_blowup.T_star");
    const longest = record?.value as number;
    const inside = parseParameters(energyTransition.parameters, { ...data.params.C_blowup, T: longest * (1 - 1e-9) });
    const beyond = parseParameters(energyTransition.parameters, { ...data.params.C_blowup, T: longest * (1 + 1e-9) });
    expect(() => energyTransition.check?.(inside, limit)).not.toThrow();
    expect(() => energyTransition.check?.(beyond, limit)).toThrow(RefusalError);
    expect(() => energyTransition.check?.(beyond, limit)).toThrow(/explodes 1\.5394214299\d* before the horizon/);
    const measured = blowUpHorizon(energyTransition.build(inside), limit, 3) as number;
    expect(Math.abs(measured - longest)).toBeLessThan(1e-9);
    // The planner answers for all: its problem is convex on every horizon.
    expect(() => energyTransition.check?.({ ...beyond, T: 50 }, planner)).not.toThrow();
  });

  it("refuses an open-loop blow-up by the closed form where the engine refuses it", () => {
    const given = parseParameters(energyTransition.parameters, { ...data.params.C_blowup, d: 0, T: 0.5 });
    const measured = blowUpHorizon(energyTransition.build(given), openLoop(10), 5) as number;
    expect(() => energyTransition.check?.({ ...given, T: measured * 1.0001 }, openLoop(10))).toThrow(
      `explodes ${measured.toFixed(12).slice(0, 10)}`,
    );
    expect(() => energyTransition.check?.({ ...given, T: measured * 0.9999 }, openLoop(10))).not.toThrow();
  });

  it("agrees on both roads for the strongly coupled set, and with its published digits", () => {
    const question = limit;
    const given = { ...energyTransition.presets.B?.parameters };
    for (const [, answers] of roads(energyTransition, given, question)) {
      expect(ask(answers, "cost")).toBeCloseTo(4.0873867095, 9);
      expect(ask(answers, "cost_planner")).toBeCloseTo(3.2079736712, 9);
      expect(ask(answers, "price_of_anarchy")).toBeCloseTo(1.2741334962, 9);
    }
  });

  it("prices the damage: the planner cuts deeper, and no profile of the game costs less than the planner's", () => {
    const given = parseParameters(energyTransition.parameters, {});
    const [, [, exact]] = roads(energyTransition, {}, limit);
    const [, [, best]] = roads(energyTransition, {}, planner);
    expect(ask(best, "mean_state", 1)).toBeLessThan(ask(exact, "mean_state", 1));
    expect(ask(exact, "price_of_anarchy")).toBeGreaterThan(1);
    // Without imitation and damage each firm is alone, and the equilibrium is the optimum.
    const alone = { ...given, s: 0, d: 0, S: 0, Dm: 0 };
    for (const [, answers] of roads(energyTransition, alone, limit)) {
      expect(ask(answers, "price_of_anarchy")).toBeCloseTo(1, 12);
    }
  });

  it("approaches the mean field at rate 1/N", () => {
    const control = (question: Question): number => ask(roads(energyTransition, {}, question)[0][1], "control_0");
    const mean = control(limit);
    for (const kind of [openLoop, feedback]) {
      expect((control(kind(1000)) - mean) / (control(kind(10_000)) - mean)).toBeCloseTo(10, 1);
    }
  });
});
