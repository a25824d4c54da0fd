"""GET /health: the service runs. It says nothing of the store, and needs no credentials."""

from counterfoil.api.open_endpoint import open_endpoint
from counterfoil.api.response import json_response

handler = open_endpoint(lambda _event: json_response(200, {"status": "ok"}))
