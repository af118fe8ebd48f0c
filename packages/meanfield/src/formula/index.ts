/** Formulas: read from text, differentiated, printed, set in TeX and evaluated, never run as a program. */
export { compileFormula, evaluateFormula } from "./compile.ts";
export type { Tape } from "./compile.ts";
export { derivative } from "./derivative.ts";
export { FormulaError } from "./error.ts";
export * from "./expression.ts";
export { constants, functionNames, operations, reservedNames } from "./operations.ts";
export type { Operation } from "./operations.ts";
export { parseParameterLine } from "./parameter-line.ts";
export type { ParameterLine } from "./parameter-line.ts";
export { parseFormula } from "./parse.ts";
export type { Scope } from "./parse.ts";
export { printFormula } from "./print.ts";
export { simplify } from "./simplify.ts";
export { symbolOf, texOf } from "./tex.ts";
export type { Symbols } from "./tex.ts";
