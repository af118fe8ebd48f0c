import { certificateMeanings } from "meanfield";
import type { Certificate } from "meanfield";

/** A certificate's number in words; a number of another version's run by its name. */
export function certificateMeaning(name: string): { readonly title: string; readonly story: string } {
  return certificateMeanings[name as keyof Certificate] ?? { title: name, story: "" };
}
