"""What the tests outside the addon share: see docs/operations.md, "Contract"."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "setup"))

from bootstrap.fixtures import (  # noqa: F401
    backflush,
    bare_copy,
    companions_copy,
    demo_copy,
    odoo_server,
)
