"""The HTTP edge: settings, credentials, parsing, rendering and the error contract."""

from counterfoil.api import context

context.begin_cold_start()  # here, because it has to come before the imports that it speeds up
