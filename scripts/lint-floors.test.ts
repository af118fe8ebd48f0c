import { describe, expect, it } from "vitest";
import { importsOf, violation } from "./lint-floors.ts";

describe("floors", () => {
  it.each([
    ["measure/grid.ts", "../numeric/statistics.ts"],
    ["diffusion/games/systemic-risk.ts", "../linear-quadratic/model.ts"],
    ["diffusion/index.ts", "./games/systemic-risk.ts"],
    ["catalogue.ts", "./diffusion/index.ts"],
    ["core/parameters.ts", "zod"],
  ])("%s may import %s", (file, specifier) => {
    expect(violation({ file, specifier })).toBeUndefined();
  });

  it.each([
    ["numeric/ode.ts", "../measure/grid.ts", /floor 0\) imports measure/],
    ["diffusion/x.ts", "../finite/y.ts", /wings never import each other/],
    ["diffusion/games/a.ts", "./b.ts", /solvers and games never import each other/],
    ["diffusion/games/a.ts", "../solvers/b.ts", /solvers and games never import each other/],
    ["diffusion/linear-quadratic/x.ts", "../solvers/b.ts", /below solvers and games/],
    ["core/game.ts", "node:fs", /no node: modules/],
    ["core/game.ts", "../catalogue.ts", /imports {2}\(floor 5\)/],
    ["attic/x.ts", "../core/game.ts", /has no floor/],
    ["core/game.ts", "../../../cli/src/index.ts", /outside src/],
  ])("%s may not import %s", (file, specifier, why) => {
    expect(violation({ file, specifier })).toMatch(why);
  });

  it("finds every form of import", () => {
    const source = `import { a } from "./a.ts";\nimport type { B } from './b.ts';\nexport * from "./c.ts";\nimport {\n  d,\n} from "./d.ts";\nimport "./e.ts";\nconst f = await import("./f.ts");`;
    expect(importsOf(source).toSorted()).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts", "./f.ts"]);
  });
});
