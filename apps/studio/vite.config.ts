import { defineConfig } from "vite";
import { galleryPlugin } from "./build/gallery-plugin.ts";
import { pagePlugin } from "./build/page-plugin.ts";

export default defineConfig({
  // Any folder of any host can carry the page.
  base: "./",
  plugins: [galleryPlugin(), pagePlugin()],
  resolve: { conditions: ["@meanfield/source"] },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 2000 },
});
