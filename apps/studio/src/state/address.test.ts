import { describe, expect, it } from "vitest";
import { decodeAddress, encodeAddress, home } from "./address.ts";
import type { Address } from "./address.ts";
import { commandLine } from "./command-line.ts";

const full: Address = {
  page: "game",
  game: "beach-bar",
  own: undefined,
  preset: "wide",
  set: { T: 20, log_eps: 1e-20, faithful: true, mu0: [0.25, 0.75], kind: "U-shape & more" },
  initial: "1 + x",
  concept: "planner",
  players: 12,
  information: "open-loop",
  solver: "mf-omo",
  options: { lr: 0.1, meta: "hedge" },
  tolerance: 1e-9,
  maximumIterations: 50,
  seed: 7,
  beside: "planner",
  t: 0.30000000000000004,
  embed: "flow",
};

describe("addresses", () => {
  it("come back as they were", () => {
    expect(decodeAddress(encodeAddress(full))).toEqual(full);
  });

  it("say nothing of what is as usual", () => {
    expect(encodeAddress({ ...home, page: "game", game: "opinion" })).toBe("#/game/opinion?v=1");
    expect(encodeAddress(home)).toBe("#/");
  });

  it.each(["", "#/", "#/nowhere?v=1", "#/game/opinion?v=99", "#/game/opinio%E2%80?v=1"])(
    "of no page of ours are the gallery: %s",
    (hash) => {
      expect(decodeAddress(hash)).toEqual(home);
    },
  );
});

describe("the same on the command line", () => {
  it("has a flag for every part, quoted for a shell", () => {
    expect(commandLine(full)).toBe(
      "meanfield solve beach-bar --preset wide --set T=20 --set log_eps=1e-20 --set faithful=true " +
        "--set 'mu0=[0.25,0.75]' --set 'kind=U-shape & more' --initial '1 + x' --concept planner --players 12 --information open-loop " +
        "--solver mf-omo --option lr=0.1 --option meta=hedge --tolerance 1e-9 --max-iterations 50 --seed 7",
    );
  });

  it("names no information in the limit, where it is refused", () => {
    expect(commandLine({ ...home, page: "game", game: "opinion", information: "open-loop" })).toBe(
      "meanfield solve opinion",
    );
  });
});
