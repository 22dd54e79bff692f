"""Fields that follow from what happened, on models of Odoo that many people may write.

``readonly`` keeps them off the screen's input alone: a call from outside writes them
all the same, or sends them as defaults in the context.
"""

from odoo.exceptions import AccessError


def refuse_entered(records, names):
    """After a creation by a person: none of the facts ``names`` has a value.

    :raises AccessError: naming those that have
    """
    if not records.env.su:
        made = records.sudo()
        refuse_facts(made, {name for name in names if any(made.mapped(name))})


def refuse_facts(records, names):
    """Refuse the facts ``names``, if any.

    :raises AccessError: naming them
    """
    if names:
        raise AccessError(
            records.env._(
                "%(fields)s: nobody enters that (%(model)s), it follows from what was "
                "reported, released or taken back. Use the actions of the document.",
                fields=", ".join(
                    records._fields[name]._description_string(records.env)
                    for name in sorted(names)
                ),
                model=records._description,
            )
        )
