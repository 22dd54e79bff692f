"""``setup/test``: everything that CI checks.

Without arguments: the checks of form, the engine's tests, the set-up's, the addon's in
Odoo (with a browser), and those that cross the addon's border. With arguments: pytest's
own, for the part that a path belongs to, so that one test runs in seconds.
"""

import threading
from collections import deque

from . import core, lint, machine, parts
from .contract import environ_of
from .databases import Databases
from .environment import Environment
from .project import ROOT, SETUP
from .report import Failure, console
from .results import Result, closing_line

# As many parts at a time as the smallest machine has cores.
LANES = 2

USAGE = """Usage: setup/test [--lint | --fix | --core] [paths and options of pytest]

  (nothing)   every check but --core
  --lint      the checks of form alone
  --fix       let ruff and prettier put right what they can
  --core      Odoo's own tests of manufacturing and stock, with and without the addon
  other       given to pytest: setup/test tests/engine, setup/test -k kanban,
              setup/test backflush_costing/tests/test_x.py -k y
"""


def main(arguments):
    """Run what the arguments ask for; the exit code says whether all passed."""
    if arguments[:1] in (["-h"], ["--help"]):
        console.say(__doc__)
        console.say(USAGE)
        return 0
    with Environment() as environment:
        results = _results(environment, arguments)
    for result in results:
        _print(result)
    console.say()
    console.say(closing_line(results))
    return 0 if all(result.is_good for result in results) else 1


def _results(environment, arguments):
    special = {"--lint": _lint, "--fix": _fix, "--core": _core}
    if arguments[:1] and arguments[0] in special:
        if len(arguments) > 1:
            raise Failure(f"Run setup/test {arguments[0]}", "It takes nothing more.")
        return special[arguments[0]](environment)
    if arguments:
        return _selected(environment, arguments)
    return _everything(environment)


def _lint(environment):
    environment.prepare_libraries()
    console.say("-> Checks of form")
    return [Result("lint", *lint.run(environment))]


def _fix(environment):
    environment.prepare_libraries()
    return [Result("fix", *lint.run(environment, lint.fixes))]


def _core(environment):
    environment.prepare()
    return [core.compare(environment)]


def _selected(environment, arguments):
    paths, options = parts.split(arguments)
    kinds = list(paths) or _kinds_with_tests()
    todo = _parts(environment, {kind: paths.get(kind) for kind in kinds}, options)
    databases = Databases(environment)
    results = []
    for part in todo:
        console.say(f"-> Tests: {part.kind}")
        results.append(part.run(databases, live=True))
    return results


def _everything(environment):
    """Lanes side by side take the next part each."""
    todo = _parts(environment, dict.fromkeys(_kinds_with_tests()), [])
    databases = Databases(environment)
    results = []
    pieces = [piece for part in todo for piece in part.shards()]
    pieces.sort(key=lambda piece: piece.turn)
    tasks = deque((lambda piece=piece: piece.run(databases)) for piece in pieces)
    tasks.append(lambda: Result("lint", *lint.run(environment)))
    console.say("-> Checks and tests (the output of a part follows when it fails)")
    _side_by_side([tasks] * LANES, results)
    return results


def _kinds_with_tests():
    return [kind for kind in parts.KINDS if parts.default_paths(kind)]


def _parts(environment, kinds, options):
    """Prepare what the kinds of tests need and return their parts."""
    if set(kinds) <= set(parts.PLAIN):
        environment.prepare_libraries()
        variables = {"PYTHONPATH": str(SETUP)}
    else:
        machine.ensure_browser()
        variables = prepare(
            environment,
            only_bare="border" not in kinds,
            companions={"companions", "border"}.intersection(kinds),
            charts="charts" in kinds,
        )
    return [
        parts.Part(
            kind, environment, paths or parts.default_paths(kind), options, variables
        )
        for kind, paths in kinds.items()
    ]


def prepare(environment, only_bare=False, companions=False, charts=False):
    """Have the databases of the contract; return its variables.

    The addon's own tests need the database without demo data alone, the companions'
    and those with national charts of accounts one of their own.
    """
    environment.prepare()
    databases = Databases(environment)
    databases.drop_leftovers()
    variables = environ_of(
        environment,
        demo="" if only_bare else databases.with_addon(demo=True),
        bare=databases.with_addon(demo=False),
        core=databases.template(),
        companions=databases.with_companions() if companions else "",
        charts=databases.with_charts() if charts else "",
    )
    variables["PYTHONPATH"] += f":{SETUP}"
    return variables


def _side_by_side(lanes, results):
    failures = []
    threads = [
        threading.Thread(target=_lane, args=(lane, results, failures), daemon=True)
        for lane in lanes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            # A plain join would keep the signals waiting until the lane ends.
            thread.join(0.5)
    if failures:
        raise failures[0]


def _lane(tasks, results, failures):
    try:
        for task in _taken(tasks):
            result = task()
            console.say(
                f"   {result.name}: {result.passed} passed, {result.failed} failed"
            )
            results.append(result)
    except BaseException as failure:
        failures.append(failure)


def _taken(tasks):
    """The tasks that lanes share, each taken once."""
    while True:
        try:
            yield tasks.popleft()
        except IndexError:
            return


def _print(result):
    if result.is_good:
        return
    console.say()
    console.say(f"== {result.name}: {result.failed} failed ({ROOT})")
    if result.output:
        console.say(result.output)
    for note in result.notes:
        console.say(f"   {note}")
