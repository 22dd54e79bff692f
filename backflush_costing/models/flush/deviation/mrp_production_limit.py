from odoo import models

from .backflush_deviation import PRODUCT_SCRAP


class MrpProduction(models.Model):
    """What has been recorded of an order counts against the limit together."""

    _inherit = "mrp.production"

    def _backflush_deviation_value(self, product, kind, besides=None):
        """Value of scrap, over- and under-use of a component that has effect.

        Over- and under-use do not offset each other. Scrapped pieces of the product
        are counted apart from what is recorded of a component.

        :param kind: kind of the document that is asked about
        :param besides: documents that are left out
        """
        pieces = kind == PRODUCT_SCRAP
        documents = self.sudo().backflush_deviation_ids.filtered(
            lambda d: (
                d.product_id == product
                and d.kind != "substitution"
                and (d.kind == PRODUCT_SCRAP) == pieces
            )
        )
        if besides:
            documents -= besides
        return sum(document._effective_value() for document in documents)
