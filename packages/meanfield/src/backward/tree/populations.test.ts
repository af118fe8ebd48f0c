import { expect, it } from "vitest";
import {
  averageOverMoves,
  eachPopulation,
  fairCoins,
  multinomial,
  populationCount,
  populations,
} from "./populations.ts";

const tailsOf = (crowd: number, top: number): number[][] => {
  const all: number[][] = [];
  eachPopulation(populations(crowd, top), (_, tails) => all.push([...tails]));
  return all;
};

it("numbers every population once, in order, by its tail sums", () => {
  for (const [crowd, top] of [
    [0, 3],
    [1, 4],
    [5, 1],
    [6, 3],
    [4, 0],
  ] as const) {
    const { size, offsets } = populations(crowd, top);
    const all = tailsOf(crowd, top);
    expect(all).toHaveLength(size);
    expect(size).toBe(populationCount(crowd, top));
    all.forEach((tails, number) => {
      expect(tails.reduce((sum, t, i) => sum + offsets[i][t], 0)).toBe(number);
      tails.forEach((t, i) => expect(t).toBeLessThanOrEqual(i === 0 ? crowd : tails[i - 1]));
    });
    expect(new Set(all.map(String)).size).toBe(size);
  }
});

it("tosses fair coins", () => {
  const coins = fairCoins(400);
  expect([...coins[4].weights]).toEqual([1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16]);
  for (const n of [30, 399, 400]) {
    const { first, weights } = coins[n];
    let [total, mean, variance] = [0, 0, 0];
    weights.forEach((weight, k) => {
      total += weight;
      mean += weight * (first + k);
      variance += weight * (first + k - n / 2) ** 2;
    });
    expect(Math.abs(total - 1)).toBeLessThan(1e-15);
    expect(Math.abs(mean / (n / 2) - 1)).toBeLessThan(1e-14);
    expect(Math.abs(variance / (n / 4) - 1)).toBeLessThan(1e-13);
  }
  // Numbers that nobody sees are left out.
  expect(coins[400].weights.length).toBeLessThan(200);
});

it("averages over the steps of all as a sum over every player's own does", () => {
  for (const [crowd, top] of [
    [3, 1],
    [4, 3],
    [5, 2],
  ] as const) {
    const [before, after] = [tailsOf(crowd, top - 1), tailsOf(crowd, top)];
    const known = new Map(after.map((tails, number) => [String(tails), number]));
    const values = Float64Array.from(after, (tails) => Math.sin(tails.reduce((sum, t, i) => sum + t * (i + 1.3), 0)));
    const out = new Float64Array(before.length);
    averageOverMoves(populations(crowd, top), fairCoins(crowd), values.slice(), out);
    before.forEach((tails, number) => {
      const places = Array.from({ length: crowd }, (_, player) => tails.filter((t) => t > player).length);
      let sum = 0;
      for (let moves = 0; moves < 2 ** crowd; moves++) {
        const moved = places.map((place, player) => place + ((moves >> player) & 1));
        const later = Array.from({ length: top }, (_, i) => moved.filter((place) => place > i).length);
        sum += values[known.get(String(later)) ?? Number.NaN];
      }
      expect(Math.abs(out[number] - sum / 2 ** crowd)).toBeLessThan(1e-15);
    });
  }
});

it("expects each place's share, and a step of all carries the law of one time to the next", () => {
  const [crowd, top] = [40, 3];
  const of = populations(crowd, top);
  const now = multinomial(of, [1 / 8, 3 / 8, 3 / 8, 1 / 8]);
  let [total, first] = [0, 0];
  eachPopulation(of, (number, tails) => {
    total += now[number];
    first += now[number] * tails[0];
  });
  // Rounding of twelve thousand exponentials of logarithms of size a hundred.
  expect(Math.abs(total - 1)).toBeLessThan(1e-12);
  expect(Math.abs(first - (7 / 8) * crowd)).toBeLessThan(1e-10);
  const values = Float64Array.from(now, (_, number) => Math.cos(number));
  const out = new Float64Array(populationCount(crowd, top - 1));
  averageOverMoves(of, fairCoins(crowd), values.slice(), out);
  const before = multinomial(populations(crowd, top - 1), [1 / 4, 1 / 2, 1 / 4]);
  const mean = (weights: Float64Array, row: Float64Array): number =>
    weights.reduce((sum, weight, i) => sum + weight * row[i], 0);
  expect(Math.abs(mean(before, out) - mean(now, values))).toBeLessThan(1e-13);
});
