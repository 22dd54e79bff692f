"""How the parts of a cutover know each other."""

# In the context under this key: an object that no client can send.
KEY = "backflush_cutover"
TOKEN = object()


def cutting_over(env):
    """Whether a cutover is at work: it moves what checks elsewhere refuse to leave."""
    return env.context.get(KEY) is TOKEN
