from odoo.tests import HttpCase


class BrowserCommon(HttpCase):
    """Tours through the web client, as people with the least rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.asset"].create(
            {
                "name": "Packages that leave this file out break every page",
                "bundle": "web.assets_backend",
                "directive": "remove",
                "path": "mail/static/lib/selfie_segmentation/selfie_segmentation.js",
            }
        )
        cls.env.registry.clear_cache("assets")

    def _tour(self, name, action, user, record=None):
        path = f"/odoo/action-{action}" + (f"/{record.id}" if record else "")
        self.start_tour(path, name, login=user.login)
