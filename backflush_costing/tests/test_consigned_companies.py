from freezegun import freeze_time

from odoo.tests import tagged

from .consigned_common import ConsignedCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestConsignedCompanies(ConsignedCommon):
    """Each company says for itself whether it uses stock of somebody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_company(name="Second plant")
        cls.env.user.company_ids += cls.other
        cls.other.write({"flush_method": "completion", "shortage_profile": "park"})
        there = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.other.ids}
        )
        cls.there = there
        cls.other_store = (
            cls.env["stock.warehouse"]
            .search([("company_id", "=", cls.other.id)], limit=1)
            .lot_stock_id
        )
        cls.cell.with_env(there).standard_price = 8.0
        cls.pack = cls._product("Pack", 0.0, cls.finished)
        cls._bom(cls.pack, [(cls.cell, 6)], company_id=False)
        cls._release(cls.pack)
        cls.other_policy = there["backflush.costing.policy"].create(
            {"name": "Second plant", "company_id": cls.other.id}
        )
        cls.other_policy.action_propose_accounts()
        for category, role in ((cls.material, "material"), (cls.finished, "finished")):
            category.with_env(there).write(
                {
                    "property_backflush_role": role,
                    "property_backflush_policy_id": cls.other_policy.id,
                }
            )
        standard = there["backflush.standard.cost"]
        standard.browse(standard.action_roll_up(cls.pack.ids)).action_release()

    def _make(self, env, quantity):
        order = self.env["mrp.production"].with_env(env)
        order = order.create({"product_id": self.pack.id, "product_qty": quantity})
        order.action_confirm()
        order.qty_producing = quantity
        order.set_qty_producing()
        order.with_context(
            skip_consumption=True, skip_backorder=True, skip_redirection=True
        ).button_mark_done()
        return order.with_env(self.env)

    def _prove(self, company):
        report = (
            self.env["backflush.reconciliation"]
            .sudo()
            .with_company(company)
            .create({"company_id": company.id})
        )
        self.assertTrue(report.is_proven, report.line_ids.mapped("failures"))
        return report

    def test_each_company_follows_its_own_policy(self):
        self._consign(50)
        self.env["stock.quant"].with_env(self.there)._update_available_quantity(
            self.cell, self.other_store, 50, owner_id=self.owner
        )
        mine = self._make(self.env, 2)
        other = self._make(self.there, 2)
        self.assertIssued(mine, (self.cell, 12, 0, 12, 0))
        self.assertIssued(other, (self.cell, 12, 0, 0, 12))
        self.assertProven()
        self._prove(self.other)
        self.other_policy.with_env(self.there).flush_consigned = True
        other.backflush_error_ids.with_env(self.there).action_retry()
        self.assertIssued(other, (self.cell, 12, 0, 12, 0))
        self.assertProven()
        self.assertBalances(consignment=-120.0)
        payable = self._prove(self.other).line_ids.filtered(
            lambda line: line.kind == "consigned"
        )
        self.assertRecordValues(
            payable,
            [
                {
                    "account_id": self.other_policy.consignment_account_id.id,
                    "ledger_balance": -96.0,
                    "consigned": -96.0,
                }
            ],
        )
