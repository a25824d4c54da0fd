"""$default: 404 for an unknown path, 405 for a known path with another method."""

from counterfoil.api.open_endpoint import open_endpoint
from counterfoil.api.routes import refuse

handler = open_endpoint(refuse)
