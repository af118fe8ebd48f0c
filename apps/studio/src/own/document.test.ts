import { diffusion } from "meanfield";
import { describe, expect, it } from "vitest";
import { pack, unpack } from "../state/packing.ts";
import { changed, fileText, namedLines, textOf } from "./document.ts";

const document = { title: "A", state: { from: 0, to: 1 }, parameters: ["k = 1", "s = 2"], averages: { spread: "x^2" } };

describe("an own game that is edited", () => {
  it("changes one field and leaves the order of the others", () => {
    expect(Object.entries(changed(document, ["state", "to"], "2"))).toEqual(
      Object.entries({ ...document, state: { from: 0, to: "2" } }),
    );
  });

  it("leaves out what is empty", () => {
    expect(changed(document, ["averages"], namedLines(" \n"))).not.toHaveProperty("averages");
    expect(changed(changed(document, ["control", "from"], "0"), ["control", "from"], "")).not.toHaveProperty("control");
  });

  it("shows lists and names as lines", () => {
    expect(textOf(document, "parameters")).toBe("k = 1\ns = 2");
    expect(textOf(document, "averages")).toBe("spread = x^2");
    expect(namedLines("spread = x^2\n\n  mass2=m ")).toEqual({ spread: "x^2", mass2: "m" });
  });

  it.each(Object.entries(diffusion.ownGameExamples))("stands whole in a link: %s", (_, example) => {
    const link = pack(example);
    expect(unpack(link)).toEqual(example);
    expect(link).toMatch(/^[\w-]+$/);
    // Browsers take far more; mail programs and chats break longer links.
    expect(link.length).toBeLessThan(2000);
    expect(JSON.parse(fileText(example as Record<string, unknown>))).toEqual(example);
  });
});
