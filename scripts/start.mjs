/** `npm start [-- arguments]`: the command line, with all its own set-up; without arguments, the first game solved. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { build, buildStudio, environment, install, root } from "./setup.mjs";

install();
build();
const given = process.argv.slice(2);
if (given[0] === "studio") buildStudio();
const args = given.length === 0 ? ["solve", "systemic-risk"] : given;
const command = join(root, "packages/cli/bin/meanfield.js");
// Paths a person types are relative to where they typed them, which npm keeps in INIT_CWD.
const cwd = process.env.INIT_CWD ?? process.cwd();
const child = spawn("node", [command, ...args], { cwd, env: environment, stdio: "inherit" });
// The terminal sends an interrupt to the child as well; it writes what was computed, and its exit code is ours.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => signal === "SIGTERM" && child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
