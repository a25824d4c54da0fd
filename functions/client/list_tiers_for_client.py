"""GET /client/v1/promotions/tiers: one page of promotion tiers for a browser."""

from counterfoil.api.auth import CLIENT
from counterfoil.api.endpoint import endpoint
from counterfoil.api.promotion_lists import tiers_answer, tiers_request
from counterfoil.operations.promotion_lists import list_tiers

handler = endpoint(opened_by=CLIENT, decode=tiers_request, operate=list_tiers, encode=tiers_answer)
