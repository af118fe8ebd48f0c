import { spawn } from "node:child_process";
import { resolve } from "node:path";

/** Opens a file with whatever the desktop opens pages with; says nothing where there is no desktop. */
export function openInBrowser(path: string): void {
  const [command, ...args] =
    process.platform === "darwin" ? ["open"] : process.platform === "win32" ? ["cmd", "/c", "start", ""] : ["xdg-open"];
  const child = spawn(command, [...args, resolve(path)], { detached: true, stdio: "ignore" });
  child.on("error", () => {});
  child.unref();
}
