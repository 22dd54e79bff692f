"""The engine is imported from the addon's folder: its package would need Odoo."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "backflush_costing"))
