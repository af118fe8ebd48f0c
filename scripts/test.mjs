/** `npm test`: everything CI checks, with all its own set-up. `npm test -- <filter>` runs only the tests that match. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "./chromium.mjs";
import { build, buildStudio, environment, install, must, root, run } from "./setup.mjs";

install();
build();
buildStudio();
environment.MEANFIELD_CHROMIUM = chromium();

const filter = process.argv.slice(2);
const checks =
  filter.length > 0
    ? []
    : [
        { name: "types", args: ["run", "--silent", "check:types"] },
        { name: "lint", args: ["run", "--silent", "check:lint"] },
        { name: "format", args: ["run", "--silent", "check:format"] },
      ];
for (const { name, args } of checks) {
  console.log(`— ${name}`);
  must(run("npm", args), name);
}

console.log("— tests");
const folder = mkdtempSync(join(tmpdir(), "meanfield-test-"));
const report = join(folder, "report.json");
const result = run("node", [
  join(root, "node_modules/vitest/vitest.mjs"),
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...filter,
]);
const summary = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : undefined;
rmSync(folder, { recursive: true });
if (summary === undefined) console.log("the tests did not run");
else console.log(`${summary.numPassedTests} passed, ${summary.numFailedTests} failed`);
must(result, "tests");
if (summary === undefined || summary.numPassedTests === 0) process.exit(1);
