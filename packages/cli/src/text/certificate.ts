import type { Certificate } from "meanfield";

interface Meaning {
  readonly title: string;
  readonly story: string;
}

const meanings: Readonly<Record<keyof Certificate, Meaning>> = {
  exploitability: {
    title: "exploitability",
    story: "what one player gains by a best response to the flow this answer induces",
  },
  consistency: { title: "consistency", story: "distance between the flow assumed and the flow induced" },
  residual: { title: "residual", story: "how well the returned solution satisfies its equations" },
  exactError: { title: "exact error", story: "largest distance to the closed form, over all quantities that have one" },
};

/** A certificate's number in words. */
export function certificateMeaning(name: string): Meaning {
  return meanings[name as keyof Certificate] ?? { title: name, story: "" };
}
