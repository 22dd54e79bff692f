"""``setup/bench NAME …``: run the measurement ``tests/bench/NAME.py``.

A measurement is a program of its own. It is started with the Python that has Odoo's
libraries, with the variables that ``bootstrap/contract.py`` describes, and with the
remaining arguments; ``bootstrap`` and ``odoo`` can be imported. It prints its results
and ends with 0 when they are what they should be.
"""

from . import command_test
from .command_odoo import in_foreground
from .environment import Environment
from .project import ROOT
from .report import Failure, console

FOLDER = ROOT / "tests" / "bench"


def names(folder=FOLDER):
    """The measurements there are."""
    programs = folder.glob("*.py")
    return sorted(path.stem for path in programs if not path.stem.startswith("_"))


def main(arguments):
    """Prepare the databases and hand over to the program."""
    if not arguments or arguments[0] in ("-h", "--help"):
        console.say(__doc__)
        console.say(f"Measurements: {', '.join(names()) or 'none yet'}")
        return 0 if arguments else 2
    name, *rest = arguments
    if name not in names():
        raise Failure(
            f"Run the measurement '{name}'",
            f"There is no tests/bench/{name}.py.",
            f"Choose one of: {', '.join(names())}",
        )
    with Environment() as environment:
        variables = prepare(environment)
        program = [str(environment.venv.python), str(FOLDER / f"{name}.py"), *rest]
        return in_foreground(program, variables)


def prepare(environment):
    """Have the databases of the contract; return its variables."""
    variables = command_test.prepare(environment)
    return {**variables, "PYTHONPATH": f"{variables['PYTHONPATH']}:{FOLDER}"}
