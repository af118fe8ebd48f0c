import { openTeam, particleSystemBytes } from "meanfield/kernels";
import type { Team } from "meanfield/kernels";
import { nodeMember } from "./node-member.ts";

/** Does work with a team of threads that can hold so many players; without one where a single thread is asked for. */
export async function withTeam<T>(
  threads: number,
  players: number,
  work: (team: Team | undefined) => Promise<T>,
): Promise<T> {
  if (threads === 1) return work(undefined);
  const team = await openTeam(threads, particleSystemBytes(players), nodeMember);
  try {
    return await work(team);
  } finally {
    await team.close();
  }
}
