/** Links between the documents: what they point to is there. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./running.testing.ts";

const documents = globSync(["*.md", "docs/**/*.md", "bench/**/*.md", "packages/*/*.md", "apps/*/*.md"], { cwd: root });

/** Text without what is code. */
function prose(file: string): string {
  return readFileSync(join(root, file), "utf8")
    .replaceAll(/^```[^]*?^```/gm, "")
    .replaceAll(/^ {4}.*$/gm, "")
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ""));
}

/** What links and images of a document point to, within the repository. */
function targets(file: string): string[] {
  return [...prose(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to).filter((to) => !/^[a-z]+:/.test(to));
}

/** As headings are addressed: in lower case, words joined by hyphens, without signs. */
function anchors(file: string): string[] {
  return [...prose(file).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("links", () => {
  it("are found", () => {
    expect(documents).toContain("README.md");
    expect(documents).toContain(join("docs", "finite-games.md"));
    expect(targets("README.md")).toContain("docs/architecture.md");
    expect(anchors(join("docs", "finite-games.md"))).toContain("several-populations");
  });

  it.each(documents)("%s", (file) => {
    const broken = targets(file).filter((to) => {
      const [path, anchor] = to.split("#", 2);
      const place = path === "" ? file : relative(root, join(root, dirname(file), decodeURIComponent(path)));
      if (!existsSync(join(root, place))) return true;
      return anchor !== undefined && place.endsWith(".md") && !anchors(place).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});
