"""The money of the race: a policy at its beginning, the proof at its end."""

from .rpc import Client


def cost_by_policy(client: Client, components, products):
    """Cost these products under a policy that journalises completions."""
    values = {"name": "Race", "trigger_set": "purchase_completion_sale"}
    policy = client.call("backflush.costing.policy", "create", values)
    client.call("backflush.costing.policy", "action_propose_accounts", [policy])
    for name, role, ids in (
        ("parts", False, components),
        ("goods", "finished", products),
    ):
        category = client.call(
            "product.category",
            "create",
            {
                "name": f"Race {name}",
                "property_cost_method": "standard",
                "property_backflush_role": role,
            },
        )
        client.call("product.product", "write", ids, {"categ_id": category})
        values = {"property_backflush_policy_id": policy}
        client.call("product.category", "write", [category], values)


def unexplained(client: Client, costed: bool):
    """What the reconciliation cannot prove, one sentence each.

    :param costed: whether the company has inventory accounts to be proven
    """
    values = {"company_id": client.company}
    report = client.call("backflush.reconciliation", "create", values)
    proofs = client.call(
        "backflush.reconciliation.line",
        "search_read",
        [("reconciliation_id", "=", report)],
        ["name", "kind", "unexplained", "failures", "is_proven"],
    )
    found = [
        f"{proof['name']}: unexplained {proof['unexplained']} {proof['failures'] or ''}"
        for proof in proofs
        if not proof["is_proven"]
    ]
    if costed and not any(proof["kind"] == "ledger" for proof in proofs):
        found.append("no inventory account was proven")
    return found
