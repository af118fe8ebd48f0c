/** Finds a Chromium for the tests that must give the same numbers in a browser, or installs one. */
import { existsSync } from "node:fs";
import { run } from "./setup.mjs";

const known = [
  process.env.MEANFIELD_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The path of a Chromium; exits with one clear line where there is none and none can be installed. */
export function chromium() {
  const found = known.find((path) => path && existsSync(path));
  if (found) return found;
  if (process.platform === "linux" && existsSync("/usr/bin/apt-get") && process.getuid?.() === 0) {
    console.error("installing chromium (apt-get) for the browser tests …");
    const options = { stdio: ["ignore", "ignore", 2] };
    run("apt-get", ["update", "-qq"], options);
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], options);
    if (existsSync("/usr/bin/chromium")) return "/usr/bin/chromium";
  }
  console.error("the browser tests need Chromium: install it, or set MEANFIELD_CHROMIUM to its path");
  process.exit(1);
}
