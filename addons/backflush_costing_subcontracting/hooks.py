"""What happens to a database when the companion arrives."""

from odoo.tools import SQL


def post_init_hook(env):
    """Mark the fees that were billed before: the proof counts them apart."""
    env.flush_all()
    env.cr.execute(
        SQL(
            """UPDATE account_move_line item
                  SET backflush_is_fee = TRUE
                 FROM account_move document
                WHERE document.id = item.move_id
                  AND document.move_type IN ('in_invoice', 'in_refund', 'in_receipt')
                  AND item.display_type = 'product'
                  AND EXISTS (
                       SELECT 1 FROM stock_move move
                        WHERE move.purchase_line_id = item.purchase_line_id
                          AND move.product_id = item.product_id
                          AND move.is_subcontract)"""
        )
    )
    env["account.move.line"].invalidate_model(["backflush_is_fee"])
