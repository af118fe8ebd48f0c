import { assert, constantFrom, nat, oneof, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { DeclarationError } from "./declaration-error.ts";
import { ownGameExamples } from "./examples.ts";
import { gameFromDeclaration } from "./own-game.ts";

const documents = Object.values(ownGameExamples);

/** The field and column that a document is refused for, `game` where it is not; whatever else is thrown passes through. */
function fateOf(document: unknown): { readonly field: string; readonly column: number } {
  try {
    return { field: gameFromDeclaration(document).family, column: 0 };
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    return { field: error.field, column: error.column ?? 0 };
  }
}

describe("a document that somebody has been at", () => {
  const junk = oneof(
    string({ maxLength: 12 }),
    constantFrom<unknown>(null, 0, -1, Number.NaN, [], {}, [""], { x: "x" }, { __proto__: null }),
    constantFrom("a", "m", "1/0", "(", "mean^mass", "diff(x, x)", "infinity"),
  );
  const keys = [...Object.keys(ownGameExamples["tracking"]), "control", "kernel", "averages", "grid", "presets"];

  it("is a game or told what is wrong, and nothing else", () => {
    const fields = new Set<string>();
    assert(
      property(nat(documents.length - 1), constantFrom(...keys), junk, (k, key, value) => {
        fields.add(fateOf({ ...documents[k], [key]: value }).field.replace(/[.[].*/, ""));
      }),
      { numRuns: 400 },
    );
    // Games were made, and faults found all over.
    expect(fields).toContain("diffusion");
    expect(fields.size).toBeGreaterThan(10);
  });

  it("may have a formula cut anywhere: the fault is in it, or just behind it", () => {
    const formulas = documents.flatMap((document) =>
      (["potential", "coupling", "running_cost", "initial_density"] as const).flatMap((key) => {
        const text = document[key];
        return typeof text === "string" ? [{ document, key, text }] : [];
      }),
    );
    assert(
      property(nat(formulas.length - 1), nat(100), (k, length) => {
        const { document, key, text } = formulas[k];
        const cut = text.slice(0, length % text.length);
        const { field, column } = fateOf({ ...document, [key]: cut });
        expect(["diffusion", key]).toContain(field);
        expect(column).toBeLessThanOrEqual(cut.length + 1);
      }),
      { numRuns: 400 },
    );
  });

  it("cannot ask for formulas beyond all measure", () => {
    const { "two-wells": plain } = ownGameExamples;
    const doubled = Array.from({ length: 40 }, (_, i) => [`d${i}`, i === 0 ? "x" : `d${i - 1}*d${i - 1}`]);
    expect(() => gameFromDeclaration({ ...plain, definitions: Object.fromEntries(doubled) })).toThrow(
      "definitions.d14: is too long with its definitions put in: 32767 parts, and at most 20000 are read",
    );
    const chain = (n: number): string => Array.from({ length: n }, () => "x").join(" + ");
    expect(() => gameFromDeclaration({ ...plain, potential: chain(600) })).toThrow(
      "potential: at column 2003, the formula has more than 500 operators and functions",
    );
    expect(gameFromDeclaration({ ...plain, potential: chain(500) }).equations).toHaveLength(3);
  });
});
