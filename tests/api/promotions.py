"""Campaigns of promotions, their tiers and stacks, as tests through the API make them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counterfoil.storage.store import Store
    from tests.api.client import Api, Reply

TEN_PERCENT = {"type": "PERCENT", "percent_off": 10}
FIVE_OFF = {"type": "AMOUNT", "amount_off": 500}


@dataclass(frozen=True)
class Promotions:
    """The promotions of one project."""

    api: Api
    store: Store

    def campaign(self, name: str = "Autumn", **fields: object) -> str:
        """The id of a campaign that was just created, of promotions unless said otherwise."""
        body = {"name": name, "campaign_type": "PROMOTION", **fields}
        reply = self.api.post("/v1/campaigns", body)
        assert reply.status == 200, reply.body
        return str(reply.json["id"])

    def tier(self, campaign: str, discount: object = None, **fields: object) -> Any:  # noqa: ANN401
        """A tier that was just created: 10 % off unless said otherwise."""
        body = {"name": "T", "action": {"discount": discount or TEN_PERCENT}, **fields}
        reply = self.api.post(f"/v1/promotions/{campaign}/tiers", body)
        assert reply.status == 200, reply.body
        return reply.json

    def stack(self, campaign: str, *tiers: str, **fields: object) -> Any:  # noqa: ANN401
        """A stack that was just created."""
        body = {"name": "S", "tiers": {"ids": [*tiers], "hierarchy_mode": "MANUAL"}, **fields}
        reply = self.api.post(f"/v1/promotions/{campaign}/stacks", body)
        assert reply.status == 200, reply.body
        return reply.json

    def redeem(self, *tiers: str, kind: str = "promotion_tier", **fields: object) -> Reply:
        """The answer to one redemption of all `tiers`."""
        named = [{"object": kind, "id": each} for each in tiers]
        return self.api.post("/v1/redemptions", {"redeemables": named, **fields})

    def validate(self, *tiers: str, kind: str = "promotion_tier", **fields: object) -> Reply:
        """The answer to one validation of all `tiers`."""
        named = [{"object": kind, "id": each} for each in tiers]
        return self.api.post("/v1/validations", {"redeemables": named, **fields})

    def summary(self, tier: str) -> Any:  # noqa: ANN401
        """What a tier's redemptions come to."""
        return self.api.get(f"/v1/promotions/tiers/{tier}").json["summary"]
