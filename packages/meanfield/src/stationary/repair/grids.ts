import { evenGrid } from "../../core/index.ts";

/** Where series in the state are drawn. */
export const stateGrid = evenGrid(0, 1, 101);

/** Where series in the threshold are drawn: the cost rises without bound in slope towards θ = 1, which is left out. */
export const thresholdGrid = evenGrid(0, 0.99, 100);
