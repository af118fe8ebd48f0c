import { arch, cpus, platform } from "node:os";

/** What a later reader may need to know of where numbers were computed. */
export interface Environment {
  readonly node: string;
  readonly platform: string;
  readonly processor: string;
  readonly started: string;
}

export function environment(started = new Date()): Environment {
  return {
    node: process.versions.node,
    platform: `${platform()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    started: started.toISOString(),
  };
}
