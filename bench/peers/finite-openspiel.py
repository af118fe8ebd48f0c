"""Online mirror descent by OpenSpiel on one of its own games, by MirrorDescent, or with `scored` by MunchausenMirrorDescent with
the NashConv of every iterate, as we score ours. MirrorDescent reads sums of values while it writes them, so that its iterates are
others than the algorithm's, and only its first is compared. Arguments: game, its parameters as JSON, iterations, step size, and
whether iterates are scored, or not even the first where that takes minutes. A parameter `setting` names one of its own
settings."""
import json, sys, time
import pyspiel
from open_spiel.python.mfg import games  # registers those that are written in Python
from open_spiel.python.mfg.algorithms.mirror_descent import MirrorDescent
from open_spiel.python.mfg.algorithms.munchausen_mirror_descent import MunchausenMirrorDescent
from open_spiel.python.mfg.algorithms.nash_conv import NashConv
from open_spiel.python.mfg.games.factory import create_game_with_setting

name, parameters, iterations, alpha, scored = sys.argv[1:6]
parameters = json.loads(parameters)
setting = parameters.get("setting")
game = pyspiel.load_game(name, parameters) if setting is None else create_game_with_setting(name, setting)
method = MunchausenMirrorDescent if scored == "scored" else MirrorDescent

for _ in sys.stdin:
    first = last = None
    begin = time.process_time()
    descent = method(game, lr=float(alpha))
    if scored == "scored":
        first = NashConv(game, descent.get_policy()).nash_conv()
    for _ in range(int(iterations)):
        descent.iteration()
        if scored == "scored":
            last = NashConv(game, descent.get_policy()).nash_conv()
    seconds = time.process_time() - begin
    if scored == "not scored":
        first = NashConv(game, method(game, lr=float(alpha)).get_policy()).nash_conv()
    print(json.dumps({"seconds": seconds, "check": [first, last]}), flush=True)
