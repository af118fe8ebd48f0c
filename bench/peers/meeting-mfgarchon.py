"""The tutorial game by MFGArchon's own solver, called as its first tutorial calls it; its scheme is not ours, so that only its
time is compared. H = |p|^2 / 2 + c m with c = -1/2, sigma = 0.3, a density of mass one."""
import json, sys, time, warnings
import numpy as np
from mfgarchon import Conditions, MFGProblem, Model
from mfgarchon.core.hamiltonian import QuadraticControlCost, SeparableHamiltonian
from mfgarchon.geometry import TensorProductGrid
from mfgarchon.geometry.boundary import no_flux_bc

points, steps, tolerance = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
coupling, mass = -0.5, np.sqrt(np.pi / 50)
warnings.simplefilter("ignore")

for _ in sys.stdin:
    begin = time.perf_counter()
    hamiltonian = SeparableHamiltonian(
        control_cost=QuadraticControlCost(control_cost=1.0),
        coupling=lambda m: coupling * m,
        coupling_dm=lambda m: coupling,
    )
    problem = MFGProblem(
        model=Model(hamiltonian=hamiltonian, volatility=0.3),
        domain=TensorProductGrid(
            bounds=[(0.0, 1.0)], Nx_points=[points], boundary_conditions=no_flux_bc(dimension=1)
        ),
        conditions=Conditions(
            u_terminal=lambda x: (x - 0.5) ** 2, m_initial=lambda x: np.exp(-50 * (x - 0.5) ** 2) / mass, T=1.0
        ),
        Nt=steps,
    )
    result = problem.solve(tolerance=tolerance, verbose=False)
    seconds = time.perf_counter() - begin
    middle = points // 2
    print(f"MFGArchon: converged {result.converged} in {result.iterations}, u(0, 1/2) = {result.U[0, middle]}, "
          f"m(T, 1/2) = {result.M[-1, middle]}", file=sys.stderr)
    print(json.dumps({"seconds": seconds, "check": None}), flush=True)
