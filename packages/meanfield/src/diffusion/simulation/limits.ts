/** What fits into memory: some hundred bytes a player, some kilobytes a step. */
export const MOST_PLAYERS = 10_000_000;
export const MOST_STEPS = 100_000;
