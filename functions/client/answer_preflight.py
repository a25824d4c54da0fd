"""OPTIONS /client/v1/{path+}: lets browsers ask on behalf of pages of any origin."""

from counterfoil.api.cors import preflight
from counterfoil.api.open_endpoint import open_endpoint

handler = open_endpoint(preflight)
