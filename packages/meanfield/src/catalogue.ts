import type { Game, Learner, Model, ParameterSchema, Solver, Wing } from "./core/index.ts";
import { logNormalBsde } from "./backward/games/log-normal-bsde.ts";
import { meanFieldBsde } from "./backward/games/mean-field-bsde.ts";
import { nonlinearBsde } from "./backward/games/nonlinear-bsde.ts";
import { systemicRiskFbsde } from "./backward/games/systemic-risk-fbsde.ts";
import { adjointIteration } from "./backward/solvers/adjoint-iteration.ts";
import { countingTree } from "./backward/solvers/counting-tree.ts";
import { donskerTree } from "./backward/solvers/donsker-tree.ts";
import { leastSquaresMonteCarlo } from "./backward/solvers/least-squares-monte-carlo.ts";
import { linearForwardBackward } from "./backward/solvers/linear-forward-backward.ts";
import { linearBackwardSystem } from "./backward/solvers/linear-system.ts";
import { particlePicard } from "./backward/solvers/particle-picard.ts";
import { semilinearGrid } from "./backward/solvers/semilinear-grid.ts";
import { backwardWing } from "./backward/wing.ts";
import { commodityProducers } from "./diffusion/games/commodity-producers.ts";
import { congestion } from "./diffusion/games/congestion.ts";
import { crowdMotion } from "./diffusion/games/crowd-motion.ts";
import { energyTransitionThreshold } from "./diffusion/games/energy-transition-threshold.ts";
import { energyTransition } from "./diffusion/games/energy-transition.ts";
import { ergodicCrowd } from "./diffusion/games/ergodic-crowd.ts";
import { exhaustibleResource } from "./diffusion/games/exhaustible-resource.ts";
import { gaussianBenchmark } from "./diffusion/games/gaussian-benchmark.ts";
import { hotellingResource } from "./diffusion/games/hotelling-resource.ts";
import { linearQuadratic } from "./diffusion/games/linear-quadratic.ts";
import { opinion } from "./diffusion/games/opinion.ts";
import { optimalExecution } from "./diffusion/games/optimal-execution.ts";
import { priceImpact } from "./diffusion/games/price-impact.ts";
import { systemicRiskCommonNoise } from "./diffusion/games/systemic-risk-common-noise.ts";
import { systemicRisk } from "./diffusion/games/systemic-risk.ts";
import { torusBenchmark } from "./diffusion/games/torus-benchmark.ts";
import { tradeCrowding } from "./diffusion/games/trade-crowding.ts";
import { riccati } from "./diffusion/linear-quadratic/riccati.ts";
import { adjointPicard } from "./diffusion/solvers/adjoint-picard.ts";
import { bestResponseIteration } from "./diffusion/solvers/best-response-iteration.ts";
import { coupledRiccati } from "./diffusion/solvers/coupled-riccati.ts";
import { decouplingCharacteristics } from "./diffusion/solvers/decoupling-characteristics.ts";
import { decouplingField } from "./diffusion/solvers/decoupling-field.ts";
import { directTranscription } from "./diffusion/solvers/direct-transcription.ts";
import { exhaustionTimes } from "./diffusion/solvers/exhaustion-times.ts";
import { fictitiousPlay } from "./diffusion/solvers/fictitious-play.ts";
import { gridFictitiousPlay } from "./diffusion/solvers/grid-fictitious-play.ts";
import { gridPicard } from "./diffusion/solvers/grid-picard.ts";
import { gridPlanner } from "./diffusion/solvers/grid-planner.ts";
import { newton } from "./diffusion/solvers/newton.ts";
import { openLoopBestResponse } from "./diffusion/solvers/open-loop-best-response.ts";
import { particlePicardFields } from "./diffusion/solvers/particle-picard.ts";
import { picard } from "./diffusion/solvers/picard.ts";
import { policyIteration } from "./diffusion/solvers/policy-iteration.ts";
import { priceIteration } from "./diffusion/solvers/price-iteration.ts";
import { stationaryNewton } from "./diffusion/solvers/stationary-newton.ts";
import { stationaryRelaxation } from "./diffusion/solvers/stationary-relaxation.ts";
import { diffusionWing, linearQuadraticWing } from "./diffusion/wing.ts";
import { beachBar } from "./finite/games/beach-bar.ts";
import { buildingEvacuation } from "./finite/games/building-evacuation.ts";
import { conservativeTreasureHunting } from "./finite/games/conservative-treasure-hunting.ts";
import { crowdMotionTorus } from "./finite/games/crowd-motion-torus.ts";
import { cyberSecurity } from "./finite/games/cyber-security.ts";
import { sirEpidemic } from "./finite/games/sir-epidemic.ts";
import { elFarol } from "./finite/games/el-farol.ts";
import { dynamicRouting } from "./finite/games/dynamic-routing.ts";
import { equilibriumPrice } from "./finite/games/equilibrium-price.ts";
import { graphonBeach } from "./finite/games/graphon-beach.ts";
import { leftRight } from "./finite/games/left-right.ts";
import { linearQuadraticGrid } from "./finite/games/linear-quadratic-grid.ts";
import { randomLinear } from "./finite/games/random-linear.ts";
import { rockPaperScissors } from "./finite/games/rock-paper-scissors.ts";
import { susceptibleInfected } from "./finite/games/susceptible-infected.ts";
import { occupationMeasureInclusion } from "./finite/solvers/occupation-measure-inclusion.ts";
import { meetingTime } from "./finite/games/meeting-time.ts";
import { meanFieldPsro } from "./finite/solvers/mean-field-psro.ts";
import { onlineMirrorDescent } from "./finite/solvers/online-mirror-descent.ts";
import { fixedPoint } from "./finite/solvers/fixed-point.ts";
import { fictitiousPlay as finiteFictitiousPlay } from "./finite/solvers/fictitious-play.ts";
import { munchausenMirrorDescent } from "./finite/solvers/munchausen-mirror-descent.ts";
import { policyGradient } from "./finite/solvers/policy-gradient.ts";
import { priorDescent } from "./finite/solvers/prior-descent.ts";
import { mfOmo } from "./finite/solvers/mf-omo.ts";
import { entropyRegularisedFixedPoint } from "./finite/solvers/entropy-regularised-fixed-point.ts";
import { crowdAvoidance } from "./finite/games/crowd-avoidance.ts";
import { crowdModelling } from "./finite/games/crowd-modelling.ts";
import { crowdModelling2d } from "./finite/games/crowd-modelling-2d.ts";
import { garnet } from "./finite/games/garnet.ts";
import { linearQuadraticOs } from "./finite/games/linear-quadratic-os.ts";
import { normalForm } from "./finite/games/normal-form.ts";
import { periodicAversion } from "./finite/games/periodic-aversion.ts";
import { predatorPrey } from "./finite/games/predator-prey.ts";
import { boltzmannPolicyIteration } from "./finite/solvers/boltzmann-policy-iteration.ts";
import { socialMirrorDescent } from "./finite/solvers/social-mirror-descent.ts";
import { cyberSecurityRates } from "./finite/games/cyber-security-rates.ts";
import { klRates } from "./finite/games/kl-rates.ts";
import { sirRates } from "./finite/games/sir-rates.ts";
import { lqRates } from "./finite/games/lq-rates.ts";
import { rateNewton } from "./finite/solvers/rate-newton.ts";
import { ratePicard } from "./finite/solvers/rate-picard.ts";
import { finiteWings } from "./finite/wings.ts";
import type { Catalogue } from "./laboratory.ts";
import { linearNetwork } from "./network/games/linear-network.ts";
import { meanFieldLangevin } from "./network/games/mean-field-langevin.ts";
import { meanFieldNetwork } from "./network/games/mean-field-network.ts";
import { noisyNeuron } from "./network/games/noisy-neuron.ts";
import { quadraticNetwork } from "./network/games/quadratic-network.ts";
import { noisyGradient } from "./network/learners/noisy-gradient.ts";
import { stochasticGradient } from "./network/learners/stochastic-gradient.ts";
import { characteristics } from "./network/solvers/characteristics.ts";
import { entropicFictitiousPlay } from "./network/solvers/entropic-fictitious-play.ts";
import { fokkerPlanckGrid } from "./network/solvers/fokker-planck-grid.ts";
import { momentSystem } from "./network/solvers/moment-system.ts";
import { particleFlow } from "./network/solvers/particle-flow.ts";
import { selfConsistentLaw } from "./network/solvers/self-consistent-law.ts";
import { networkWing } from "./network/wing.ts";
import { malwareSpread } from "./stationary/games/malware-spread.ts";
import { productInvestment } from "./stationary/games/product-investment.ts";
import { smartGrid } from "./stationary/games/smart-grid.ts";
import { stationaryBeachBar } from "./stationary/games/stationary-beach-bar.ts";
import { actorCritic } from "./stationary/learners/actor-critic.ts";
import { fictitiousQLearning } from "./stationary/learners/fictitious-q-learning.ts";
import { likelihoodRatio } from "./stationary/learners/likelihood-ratio.ts";
import { meanFieldQLearning } from "./stationary/learners/mean-field-q-learning.ts";
import { naturalGradient } from "./stationary/learners/natural-gradient.ts";
import { qLearning } from "./stationary/learners/q-learning.ts";
import { simultaneousPerturbation } from "./stationary/learners/simultaneous-perturbation.ts";
import { exactPolicyGradient } from "./stationary/solvers/exact-policy-gradient.ts";
import { policyEvaluation } from "./stationary/solvers/policy-evaluation.ts";
import { regularisedFixedPoint } from "./stationary/solvers/regularised-fixed-point.ts";
import { thresholdEquation } from "./stationary/solvers/threshold-equation.ts";
import { thresholdSearch } from "./stationary/solvers/threshold-search.ts";
import { totalGradientAscent } from "./stationary/solvers/total-gradient-ascent.ts";
import { stationaryWing } from "./stationary/wing.ts";

/** Everything the laboratory knows: one line per game, one per solver, one per wing. */
export const catalogue: Catalogue = {
  games: [
    game(systemicRisk),
    game(systemicRiskCommonNoise),
    game(commodityProducers),
    game(hotellingResource),
    game(energyTransition),
    game(priceImpact),
    game(tradeCrowding),
    game(linearQuadratic),
    game(crowdMotion),
    game(exhaustibleResource),
    game(energyTransitionThreshold),
    game(optimalExecution),
    game(opinion),
    game(congestion),
    game(ergodicCrowd),
    game(torusBenchmark),
    game(gaussianBenchmark),
    game(beachBar),
    game(buildingEvacuation),
    game(conservativeTreasureHunting),
    game(crowdMotionTorus),
    game(equilibriumPrice),
    game(leftRight),
    game(linearQuadraticGrid),
    game(randomLinear),
    game(rockPaperScissors),
    game(susceptibleInfected),
    game(crowdModelling),
    game(crowdModelling2d),
    game(crowdAvoidance),
    game(predatorPrey),
    game(dynamicRouting),
    game(linearQuadraticOs),
    game(periodicAversion),
    game(normalForm),
    game(garnet),
    game(lqRates),
    game(cyberSecurityRates),
    game(sirRates),
    game(klRates),
    game(cyberSecurity),
    game(sirEpidemic),
    game(elFarol),
    game(meetingTime),
    game(graphonBeach),
    game(malwareSpread),
    game(productInvestment),
    game(smartGrid),
    game(stationaryBeachBar),
    game(meanFieldBsde),
    game(logNormalBsde),
    game(nonlinearBsde),
    game(systemicRiskFbsde),
    game(linearNetwork),
    game(quadraticNetwork),
    game(noisyNeuron),
    game(meanFieldLangevin),
    game(meanFieldNetwork),
  ],
  // Best first: the first that takes a model and a question is the default.
  solvers: [
    solver(riccati),
    solver(coupledRiccati),
    solver(directTranscription),
    solver(openLoopBestResponse),
    solver(picard),
    solver(fictitiousPlay),
    solver(bestResponseIteration),
    solver(exhaustionTimes),
    solver(priceIteration),
    solver(newton),
    solver(gridPicard),
    solver(policyIteration),
    solver(gridFictitiousPlay),
    solver(gridPlanner),
    solver(particlePicardFields),
    solver(stationaryNewton),
    solver(stationaryRelaxation),
    solver(decouplingField),
    solver(adjointPicard),
    solver(decouplingCharacteristics),
    solver(onlineMirrorDescent),
    solver(fixedPoint),
    solver(finiteFictitiousPlay),
    solver(munchausenMirrorDescent),
    solver(priorDescent),
    solver(mfOmo),
    solver(entropyRegularisedFixedPoint),
    solver(boltzmannPolicyIteration),
    solver(occupationMeasureInclusion),
    solver(policyGradient),
    solver(meanFieldPsro),
    solver(socialMirrorDescent),
    solver(ratePicard),
    solver(rateNewton),
    solver(thresholdEquation),
    solver(totalGradientAscent),
    solver(thresholdSearch),
    solver(regularisedFixedPoint),
    solver(exactPolicyGradient),
    solver(policyEvaluation),
    solver(linearBackwardSystem),
    solver(linearForwardBackward),
    solver(semilinearGrid),
    solver(donskerTree),
    solver(leastSquaresMonteCarlo),
    solver(countingTree),
    solver(adjointIteration),
    solver(particlePicard),
    solver(momentSystem),
    solver(selfConsistentLaw),
    solver(fokkerPlanckGrid),
    solver(characteristics),
    solver(particleFlow),
    solver(entropicFictitiousPlay),
  ],
  // Best first, too.
  learners: [
    learner(simultaneousPerturbation),
    learner(naturalGradient),
    learner(likelihoodRatio),
    learner(actorCritic),
    learner(qLearning),
    learner(meanFieldQLearning),
    learner(fictitiousQLearning),
    learner(stochasticGradient),
    learner(noisyGradient),
  ],
  wings: [
    wing(linearQuadraticWing),
    wing(diffusionWing),
    wing(finiteWings),
    wing(stationaryWing),
    wing(backwardWing),
    wing(networkWing),
  ],
};

// A list cannot hold the different types of its games, solvers and wings; the laboratory pairs them again by family,
// which each of them checks. These functions are the only place where the types are let go.
function game<S extends ParameterSchema, M extends Model, C>(typed: Game<S, M, C>): Game {
  return typed as unknown as Game;
}

function solver<M extends Model, O extends ParameterSchema, S, C>(typed: Solver<M, O, S, C>): Solver {
  return typed as unknown as Solver;
}

function learner<E, O extends ParameterSchema, S, C>(typed: Learner<E, O, S, C>): Learner {
  return typed as unknown as Learner;
}

function wing<M extends Model, C, E, L>(typed: Wing<M, C, E, L>): Wing {
  return typed as unknown as Wing;
}
