"""The stock-lock race in its long form: ``race.py --seconds 600 --stations 20``.

The same program as ``tests/race``, which CI runs for a minute with a fixed seed.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from race.program import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
