from hypothesis import settings

# Time is no reason to fail on a machine that others use too.
settings.register_profile("counterfoil", deadline=None)
settings.load_profile("counterfoil")
