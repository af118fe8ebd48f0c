import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  resolve: { conditions: ["@meanfield/source"] },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: true },
});
