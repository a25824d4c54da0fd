"""The HTTP edge: settings, credentials, parsing, rendering and the error contract."""
