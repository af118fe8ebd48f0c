import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

/** Where a Chromium may already be; `npm test` puts the one it found or installed into MEANFIELD_CHROMIUM. */
const chromium = [process.env.MEANFIELD_CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);

const launchOptions = {
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
  ...(chromium === undefined ? {} : { executablePath: chromium }),
};

/** Pages may share memory with their workers only where these headers isolate them from other origins. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  resolve: { conditions: ["@meanfield/source"] },
  ssr: { resolve: { conditions: ["@meanfield/source"] } },
  test: {
    // One fewer than there are processors is the default, which on two of them leaves one idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          environment: "node",
          include: [
            "packages/*/src/**/*.test.ts",
            "apps/*/src/**/*.test.ts",
            "scripts/**/*.test.ts",
            "tests/**/*.test.ts",
          ],
          setupFiles: ["tests/fixed-seeds.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The built page in a real browser; `npm test` builds it first.
        extends: true,
        test: {
          name: "studio",
          environment: "node",
          include: ["apps/studio/tests/**/*.test.ts"],
          testTimeout: 90_000,
          hookTimeout: 60_000,
          // A page on a busy machine takes its time; what never comes still fails.
          expect: { poll: { timeout: 20_000, interval: 50 } },
        },
      },
      {
        // `*.universal.test.ts` runs in both: the same code must give the same numbers everywhere.
        extends: true,
        server: { headers: isolation },
        test: {
          name: "chromium",
          include: ["packages/meanfield/src/**/*.universal.test.ts"],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
