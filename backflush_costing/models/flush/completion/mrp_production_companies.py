from odoo import models

# What core's context says about single orders of the call.
ORDER_KEYS = ("mo_ids_to_backorder", "always_backorder_mo_ids")


class MrpProduction(models.Model):
    """Orders of several companies in one call.

    Core completes a batch in the name of one company: its stock journal, its
    accounts. Orders of several are completed company by company; a question about
    some of them does not keep the others from being completed.
    """

    _inherit = "mrp.production"

    def button_mark_done(self):
        if len(self.company_id) < 2 or not any(
            order._backflush_is_confirmed() for order in self
        ):
            return super().button_mark_done()
        # In one go: who waited half-way would have to start over.
        self.filtered(
            lambda o: o.state not in ("done", "cancel") and o._backflush_is_confirmed()
        )._backflush_acquire()
        answers, asked = [], []
        for company, orders in self.grouped("company_id").items():
            answer = orders._backflush_of_company(company).button_mark_done()
            if answer is True:
                continue
            is_open = any(o.state not in ("done", "cancel") for o in orders)
            (asked if is_open else answers).append(answer)
        return self._backflush_merge_answers(asked or answers)

    def _backflush_of_company(self, company):
        """These orders, with what the context says of them alone."""
        context = {
            key: [
                order_id for order_id in self.env.context[key] if order_id in self.ids
            ]
            for key in ORDER_KEYS
            if self.env.context.get(key)
        }
        return self.with_company(company).with_context(**context)

    def _backflush_merge_answers(self, answers):
        """One answer for the client: questions of one kind are asked together."""
        if not answers:
            return True
        first, *others = answers
        for other in others:
            if _is_alike(first, other):
                first["context"] = _merged(first["context"], other["context"])
            elif first.get("res_model") == other.get("res_model") == self._name:
                return self._backflush_backorder_list(answers)
        return first

    def _backflush_backorder_list(self, answers):
        """The backorders of all companies in one list."""
        ids = set()
        for answer in answers:
            ids.update(self.search(answer.get("domain") or []).ids)
            ids.add(answer.get("res_id"))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Backorder MO"),
            "res_model": self._name,
            "views": [[False, "list"], [False, "form"]],
            "view_mode": "list,form",
            "domain": [("id", "in", sorted(filter(None, ids)))],
        }


def _is_alike(first, other):
    """Whether two answers are the same question about different orders."""
    return (
        first.get("res_model") == other.get("res_model")
        and "default_mrp_production_ids" in (first.get("context") or {})
        and "default_mrp_production_ids" in (other.get("context") or {})
    )


def _merged(context, other):
    """The defaults of two questions in one: their orders and lines."""
    merged = dict(context)
    for key, value in other.items():
        is_list = isinstance(value, list) and isinstance(merged.get(key), list)
        if is_list and key.startswith(("default_mrp_production", "default_mrp_cons")):
            merged[key] = merged[key] + value
        elif is_list and key in ORDER_KEYS:
            merged[key] = merged[key] + value
    return merged
