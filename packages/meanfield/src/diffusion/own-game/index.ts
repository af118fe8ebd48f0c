/** Games declared by formulas, in a document that the command line, the page and programs all read. */
export { DeclarationError } from "./declaration-error.ts";
export { declarationFormat, declarationVersion } from "./declaration.ts";
export type { GameDeclaration } from "./declaration.ts";
export { gameFromDeclaration, gameFromText } from "./own-game.ts";
export { ownGameExamples } from "./examples.ts";
