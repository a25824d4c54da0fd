import os

from hypothesis import settings

# Time is no reason to fail on a machine that others use too; COUNTERFOIL_EXAMPLES=100000 searches
# longer than a run of all tests can.
settings.register_profile(
    "counterfoil", deadline=None, max_examples=int(os.environ.get("COUNTERFOIL_EXAMPLES", "100"))
)
settings.load_profile("counterfoil")
