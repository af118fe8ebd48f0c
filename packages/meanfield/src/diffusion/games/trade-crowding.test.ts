import { describe, expect, it } from "vitest";
import priceImpactNumbers from "../../../../../tests/reference/price-impact.json" with { type: "json" };
import { parseParameters, RefusalError } from "../../core/index.ts";
import { blowUpHorizon } from "../linear-quadratic/blow-up.ts";
import { ask, distances, feedback, limit, openLoop, planner, reference, roads } from "./reference.testing.ts";
import type { ReferenceRecord, Rule } from "./reference.testing.ts";
import { tradeCrowding } from "./trade-crowding.ts";

const data = reference(priceImpactNumbers);
const own = data.records.filter(({ id }) => id.startsWith("S5b."));
const symbols: Readonly<Record<string, string>> = { mT: "mean_state", varX_T: "var_state" };

/** The time in an id such as `S5b.T2.eta.t0.5T`. */
const timeOf = ({ id, set }: ReferenceRecord): number =>
  Number(/\.t([\d.]+)T$/.exec(id)?.[1]) * data.params[set as string]?.T;

const rules: readonly Rule[] = [
  { pattern: /\.eta\./, question: () => limit, value: (answers, record) => ask(answers, "eta", timeOf(record)) },
  {
    pattern: /\.chi_mf[gc]\./,
    question: ({ id }) => (id.includes("mfg") ? limit : planner),
    value: (answers, record) => ask(answers, "chi", timeOf(record)),
  },
  {
    pattern: /\.mf[gc]\.(mT|varX_T)$/,
    question: ({ id }) => (id.includes("mfg") ? limit : planner),
    value: (answers, { id, set }) => ask(answers, symbols[id.split(".")[3]], data.params[set as string]?.T),
  },
  {
    pattern: /\.mf[gc]\.J$/,
    question: ({ id }) => (id.includes("mfg") ? limit : planner),
    value: (answers) => ask(answers, "cost"),
  },
  { pattern: /\.PoA$/, question: () => limit, value: (answers) => ask(answers, "price_of_anarchy") },
];

describe("trade crowding", () => {
  it.each(own)("reproduces $id on both roads", (record) => {
    for (const { distance } of distances(tradeCrowding, data, rules, record)) {
      expect(distance).toBeLessThan(record.suggested_tol);
    }
  });

  it("agrees on both roads for finitely many traders", () => {
    for (const name of ["T1", "T2"] as const) {
      for (const question of [openLoop(2), openLoop(7), feedback(2), feedback(7), { ...planner, players: 3 }]) {
        const [[, first], [, second]] = roads(tradeCrowding, { ...data.params[name] }, question);
        const { T } = data.params[name] as Record<"T", number>;
        for (const quantity of ["eta", "chi", "mean_state", "var_state"]) {
          for (const t of [0, 0.4 * T, T]) {
            expect(ask(first, quantity, t)).toBeCloseTo(ask(second, quantity, t), 10);
          }
        }
        for (const quantity of ["cost", "cost_planner", "price_of_anarchy"]) {
          expect(ask(first, quantity)).toBeCloseTo(ask(second, quantity), 10);
        }
      }
    }
  });

  it("has no anarchy without impact, and none for one trader", () => {
    for (const [, answers] of roads(tradeCrowding, { h: 0 }, limit)) {
      expect(ask(answers, "price_of_anarchy")).toBeCloseTo(1, 12);
    }
    for (const [, answers] of roads(tradeCrowding, {}, openLoop(1))) {
      expect(ask(answers, "price_of_anarchy")).toBeCloseTo(1, 12);
    }
  });

  it("refuses the planner where a large trader could earn without bound, as the engine does", () => {
    // With h − c_g above √(c_X c_α) trading against one's own impact pays on a long horizon.
    const p = parseParameters(tradeCrowding.parameters, { cX: 0.1, h: 2, cg: 0 });
    const longest = blowUpHorizon(tradeCrowding.build(p), planner, 20) as number;
    expect(() => tradeCrowding.check?.({ ...p, T: longest * 1.0001 }, planner)).toThrow(RefusalError);
    expect(() => tradeCrowding.check?.({ ...p, T: longest * 1.0001 }, planner)).toThrow(
      `explodes ${longest.toFixed(12).slice(0, 10)}`,
    );
    expect(() => tradeCrowding.check?.({ ...p, T: longest * 0.9999 }, planner)).not.toThrow();
    for (const [, answers] of roads(tradeCrowding, { ...p, T: longest * 1.1 }, limit)) {
      expect(Object.keys(answers)).not.toContain("price_of_anarchy");
    }
  });
});
