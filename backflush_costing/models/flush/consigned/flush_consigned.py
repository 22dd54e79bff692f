CONSIGNED_HELP = (
    "Whether components that belong to somebody else may be used, once the company's "
    "own stock is used up. Where a costing policy costs the component, the policy "
    "decides. "
)
