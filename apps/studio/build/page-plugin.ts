import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/** No code made from text, nothing from elsewhere; kernels are WebAssembly, and pictures may be made on the page. */
const policy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'";

/** Gives the built page its policy, and a service worker that keeps all of it for when there is no network. */
export function pagePlugin(): Plugin {
  return {
    name: "page",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: policy },
        injectTo: "head-prepend",
      },
    ],
    generateBundle(_, bundle) {
      const files = ["./", "icon.svg", ...Object.keys(bundle).filter((name) => name !== "index.html")];
      const version = createHash("sha256")
        .update(JSON.stringify(Object.keys(bundle)))
        .digest("hex")
        .slice(0, 12);
      const source = readFileSync(fileURLToPath(new URL("service-worker.js", import.meta.url)), "utf8")
        .replace('"VERSION"', JSON.stringify(version))
        .replace("[FILES]", JSON.stringify(files));
      this.emitFile({ type: "asset", fileName: "service-worker.js", source });
    },
  };
}
