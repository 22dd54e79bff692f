from odoo import models
from odoo.exceptions import UserError


class StockPackage(models.Model):
    """The operation that a report about a unit names."""

    _inherit = "stock.package"

    def _backflush_operation(self, workorder_id, company, order=None):
        """The operation with this number; none where none is named.

        :param company: of whatever the report is about
        :param order: manufacturing order that it must belong to, if there is one
        :raises UserError: if there is none, or it is another company's or order's
        """
        operation = self.env["mrp.workorder"].browse(workorder_id or ()).exists()
        if not workorder_id:
            return operation
        if not operation:
            raise UserError(
                self.env._("There is no operation with the number %s.", workorder_id)
            )
        operation.check_access("read")
        if order and operation.production_id != order:
            raise UserError(
                self.env._(
                    "%(operation)s is an operation of %(owner)s, not of %(order)s.",
                    operation=operation.name,
                    owner=operation.production_id.name,
                    order=order.name,
                )
            )
        if company and operation.company_id != company:
            raise UserError(
                self.env._(
                    "%(operation)s of %(owner)s belongs to %(its)s, what is reported "
                    "to %(company)s.",
                    operation=operation.name,
                    owner=operation.production_id.name,
                    its=operation.company_id.name,
                    company=company.name,
                )
            )
        return operation
