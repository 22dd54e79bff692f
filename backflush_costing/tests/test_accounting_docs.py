import os
import re
from pathlib import Path

from freezegun import freeze_time

from odoo.tests import tagged

from .t_accounts import t_account
from .test_worked_cases import ACTON, SETS
from .worked_common import WorkedCommon

DOCS = Path(__file__).parents[2] / "docs" / "accounting.md"
# Set it to write the examples of this run into the docs.
WRITE = "BACKFLUSH_WRITE_DOCS"
BLOCK = r"(<!-- t-accounts: {name} -->\n)(.*?)(<!-- end -->)"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 10:00:00")
class TestAccountingDocs(WorkedCommon):
    """The T-accounts in docs/accounting.md are the numbers of the code."""

    def test_the_worked_examples_are_what_is_posted(self):
        text = DOCS.read_text()
        for trigger_set in SETS:
            example = f"```\n{self._example(trigger_set)}\n```\n"
            pattern = re.compile(BLOCK.format(name=trigger_set), re.DOTALL)
            found = pattern.search(text)
            self.assertTrue(found, f"{trigger_set} has no example in the docs")
            if os.environ.get(WRITE):
                text = pattern.sub(rf"\g<1>{example}\g<3>", text)
                DOCS.write_text(text)
            else:
                self.assertEqual(found[2], example, f"run this test with {WRITE}=1")

    def _example(self, trigger_set):
        """Acton through bill, cost, completion, sale and close, as T-accounts."""
        company = self._new_company(f"Acton {trigger_set}")
        self._at(self._plant(trigger_set, ACTON.material, ACTON.conversion, company))
        steps = (
            lambda: self._buys(ACTON.purchases),
            lambda: self._incurs(ACTON.incurred),
            lambda: self._makes(ACTON.made),
            lambda: self._sells(ACTON.sold),
            self._closes,
        )
        postings = {account: [] for account in self._accounts()}
        for number, step in enumerate(steps, 1):
            before = {account: self._balance(account) for account in postings}
            step()
            for account, rows in postings.items():
                change = self._balance(account) - before[account]
                if change:
                    rows.append((number, round(change, 2)))
        return "\n\n".join(
            t_account(account.name, rows) for account, rows in postings.items() if rows
        )

    def _accounts(self):
        """The accounts of the policy, and the product's cost of goods sold."""
        names = (
            *("rip", "material_clearing", "fg", "conversion_control"),
            *("conversion_allocated", "price_variance", "usage_variance"),
        )
        policy = self.policy
        return [
            *(policy[f"{name}_account_id"] for name in names),
            self.product._get_product_accounts()["expense"],
        ]
