from . import test_b2mml
