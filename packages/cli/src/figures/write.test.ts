import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seriesLines } from "meanfield/figures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderSvg } from "./render.ts";
import { writeFigures } from "./write.ts";

const figure = (name: string) =>
  seriesLines({ name, title: "A line", y: { title: "y" }, lines: [{ label: "a", x: [0, 1], value: [1, 2] }] });

describe("writeFigures", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "figures-"));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  it("writes SVG and PNG under the figure's name, and leaves nothing unfinished", async () => {
    const place = join(directory, "new");
    const files = await writeFigures(place, [figure("one"), figure("two")]);
    expect((await readdir(place)).toSorted()).toEqual(["one.png", "one.svg", "two.png", "two.svg"]);
    expect(await readFile(join(place, "one.svg"), "utf8")).toBe(renderSvg(figure("one")));
    expect((await readFile(join(place, "two.png"))).subarray(1, 4).toString()).toBe("PNG");
    expect(files[0]).toMatchObject({
      name: "one",
      svg: "one.svg",
      png: "one.png",
      title: "A line",
      caption: "A line.",
    });
  });

  it("refuses two figures of one name and names that are no file names, before writing", async () => {
    const place = join(directory, "never");
    await expect(writeFigures(place, [figure("one"), figure("one")])).rejects.toThrow("two figures are named one");
    await expect(writeFigures(place, [figure("../one")])).rejects.toThrow("kebab-case");
    expect(await readdir(directory)).not.toContain("never");
  });
});
