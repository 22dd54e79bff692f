"""The Pythons of this machine, and what a Python that is too old does about itself.

Written so that any Python can read it, down to 2.7: the rest of the set-up needs 3.10.
"""

import os
import subprocess
import sys

NAMES = ("python3.12", "python3.11", "python3.13", "python3.10")
OLDEST = (3, 10)


def on_path(environ=os.environ):
    """The Pythons that Odoo 19 runs on, by their names.

    Every folder of the path counts: a version manager's stand-in may come first and
    refuse to start.
    """
    folders = environ.get("PATH", os.defpath).split(os.pathsep)
    paths = [os.path.join(folder, name) for name in NAMES for folder in folders]
    return [path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)]


def hand_over():
    """Start the same command again with a newer Python, or end with a reason."""
    chosen = os.environ.get("BACKFLUSH_PYTHON")
    for python in [chosen] if chosen else on_path():
        if _is_new(python):
            os.execvp(python, [python] + sys.argv)
    version = ".".join(map(str, sys.version_info[:2]))
    print("FAILED: Start with Python " + version + " (" + sys.executable + ")")
    print("  Why: Python 3.10 to 3.13 is needed, and the path has none.")
    print("  Do:  Install one of them, or set BACKFLUSH_PYTHON to its path.")
    sys.exit(1)


def _is_new(python):
    test = "import sys; sys.exit(sys.version_info < " + str(OLDEST) + ")"
    with open(os.devnull, "w") as nowhere:
        try:
            code = subprocess.call([python, "-c", test], stderr=nowhere)
        except OSError:
            return False
    return code == 0
