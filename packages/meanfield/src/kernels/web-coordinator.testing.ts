/** A worker that opens teams of workers, steps particles with each and posts what came out. */
import { openTeam, type WebWorker, webMember } from "./index.ts";
import { steppedParticles } from "./stepped-particles.testing.ts";

const scope = globalThis as unknown as {
  readonly Worker: new (url: URL, options: { readonly type: "module" }) => WebWorker;
  postMessage(message: unknown, transfer: []): void;
};

for (const threads of [1, 2, 3]) {
  const team = await openTeam(threads, 1_000_000, () =>
    webMember(new scope.Worker(new URL("./web-member.testing.ts", import.meta.url), { type: "module" })),
  );
  scope.postMessage({ threads, positions: steppedParticles(team) }, []);
  await team.close();
}
