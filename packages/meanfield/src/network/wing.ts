import type { Wing } from "../core/index.ts";
import { orRefuse } from "../core/too-extreme.ts";
import type { NetworkCandidate } from "./candidate.ts";
import { certifyNetwork } from "./certify.ts";
import type { NetworkModel } from "./model.ts";

/** What networks offer beside their solvers. */
export const networkWing: Wing<NetworkModel, NetworkCandidate> = {
  family: "network",
  certify: (model, question, candidate) => orRefuse(() => certifyNetwork(model, question, candidate)),
};
