from odoo import models
from odoo.exceptions import UserError

from ...exceptions import FlushError


class IrHttp(models.AbstractModel):
    """The web client knows Odoo's own errors by name, and shows others as a crash."""

    _inherit = "ir.http"

    @classmethod
    def _handle_error(cls, exception):
        if isinstance(exception, FlushError):
            exception = UserError(str(exception)).with_traceback(
                exception.__traceback__
            )
        return super()._handle_error(exception)
