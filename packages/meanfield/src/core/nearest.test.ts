import { expect, it } from "vitest";
import { nearest } from "./nearest.ts";

const games = ["systemic-risk", "systemic-risk-common-noise", "energy-transition", "price-impact"];

it.each([
  ["sistemic-risk", "systemic-risk"],
  ["systemic-rsik", "systemic-risk"],
  ["Energy-Transition", "energy-transition"],
  ["price_impact", "price-impact"],
  ["sigam", undefined],
])("%s → %s", (word, expected) => {
  expect(nearest(word, games)).toBe(expected);
});

it("counts a transposition as one edit", () => {
  expect(nearest("sigam", ["sigma", "gamma", "T"])).toBe("sigma");
});

it("guesses nothing from nothing", () => {
  expect(nearest("x", [])).toBeUndefined();
  expect(nearest("q", ["T"])).toBeUndefined();
});
