/** One piece of work, done by us and by others. */
import type { Measurement, PeerOrReason } from "./peer.ts";

export interface Case {
  readonly name: string;
  /** By peer: the ratio of our time to theirs that we want to stay below. */
  readonly targets: Readonly<Record<string, number>>;
  /** How far a peer's result may be from ours, relative to the larger of it and one. */
  readonly tolerance: number;
  readonly open: () => Promise<OpenCase>;
}

export interface OpenCase {
  readonly ours: () => Promise<Measurement>;
  readonly peers: readonly PeerOrReason[];
  readonly stop: () => Promise<void>;
}

export interface Comparison {
  readonly case: string;
  readonly peer: string;
  /** Medians over the rounds. */
  readonly ourSeconds: number;
  readonly peerSeconds: number;
  /** Our time over the peer's, round by round: median, least and greatest. */
  readonly ratio: number;
  readonly least: number;
  readonly greatest: number;
  /** Our fastest round over the peer's fastest: what is left when other programs leave the machine alone for one round. */
  readonly fastest: number;
  readonly target: number | null;
}

/** A comparison that could not be made, and why. */
export interface Missing {
  readonly case: string;
  readonly peer: string;
  readonly missing: string;
}

/**
 * Measures a case: in each round everybody once, in turn, so that a machine that slows down slows all alike. Throws Error
 * where a peer's result is not ours: a fast wrong answer is no answer.
 */
export async function measureCase(work: Case, rounds: number): Promise<(Comparison | Missing)[]> {
  const { ours, peers, stop } = await work.open();
  await ours(); // compiled and warm before anything is measured
  const our: number[] = [];
  const theirs = peers.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    const mine = await ours();
    our.push(mine.seconds);
    for (const [i, peer] of peers.entries()) {
      if ("missing" in peer) continue;
      const other = await peer.measure();
      theirs[i].push(other.seconds);
      mine.check?.forEach((value, k) => {
        const their = other.check?.[k] ?? value;
        if (!(Math.abs(value - their) <= work.tolerance * Math.max(1, Math.abs(their)))) {
          throw new Error(`${work.name}: we get ${value} where ${peer.name} gets ${their}`);
        }
      });
    }
  }
  for (const peer of peers) if (!("missing" in peer)) peer.stop();
  await stop();
  return peers.map((peer, i) => {
    if ("missing" in peer) return { case: work.name, peer: peer.name, missing: peer.missing };
    const ratios = our.map((seconds, round) => seconds / theirs[i][round]).toSorted((a, b) => a - b);
    return {
      case: work.name,
      peer: peer.name,
      ourSeconds: median(our),
      peerSeconds: median(theirs[i]),
      ratio: median(ratios),
      least: ratios[0],
      greatest: ratios[ratios.length - 1],
      fastest: Math.min(...our) / Math.min(...theirs[i]),
      target: work.targets[peer.name] ?? null,
    };
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
}
