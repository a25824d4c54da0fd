"""What no route of the template takes: 404, or 405 where the path has other methods.

API Gateway routes; this table only names what it knows. A test compares it with template.yaml.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

from counterfoil.api.errors import MethodNotAllowed, UnknownPath

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.api.event import Event
    from counterfoil.api.request import Request

# The most specific path first, as API Gateway prefers them.
METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "/health": ("GET",),
    "/reference/{file}": ("GET",),
    "/client/v1/promotions/tiers": ("GET",),
    "/client/v1/promotions/validation": ("GET",),
    "/client/v1/qualifications": ("POST",),
    "/client/v1/redeem": ("POST",),
    "/client/v1/redemptions": ("POST",),
    "/client/v1/validate": ("GET",),
    "/client/v1/validations": ("POST",),
    "/client/v1/{path+}": ("OPTIONS",),
    "/management/v1/projects/{projectId}/stacking-rules": ("GET", "POST"),
    "/management/v1/projects/{projectId}/stacking-rules/{stackingRulesId}": (
        "DELETE",
        "GET",
        "PUT",
    ),
    "/management/v1/projects/{projectId}/webhooks": ("GET", "POST"),
    "/management/v1/projects/{projectId}/webhooks/{webhookId}": ("DELETE", "GET", "PUT"),
    "/management/v1/projects/{projectId}/webhooks/{webhookId}/deliveries": ("GET",),
    "/management/v1/projects/{projectId}/webhooks/{webhookId}/deliveries/{deliveryId}/resend": (
        "POST",
    ),
    "/management/v1/projects/{projectId}/webhooks/{webhookId}/test": ("POST",),
    "/v1/categories": ("GET", "POST"),
    "/v1/categories/{categoryId}": ("DELETE", "GET", "PUT"),
    "/dashboard": ("ANY",),
    "/dashboard/{page+}": ("ANY",),
    "/v1/async-actions": ("GET",),
    "/v1/async-actions/{asyncActionId}": ("GET",),
    "/v1/campaigns": ("GET", "POST"),
    "/v1/campaigns/{campaignId}/disable": ("POST",),
    "/v1/campaigns/{campaignId}/enable": ("POST",),
    "/v1/campaigns/{campaignId}/vouchers": ("POST",),
    "/v1/campaigns/{campaignId}/vouchers/{code+}": ("POST",),
    "/v1/campaigns/{campaignId+}": ("DELETE", "GET", "PUT"),
    "/v1/customers": ("GET", "POST"),
    "/v1/customers/{customerId}/activity": ("GET",),
    "/v1/customers/{customerId}/segments": ("GET",),
    "/v1/customers/{customerId+}": ("DELETE", "GET", "PUT"),
    "/v1/exports": ("GET", "POST"),
    "/v1/exports/{exportId}": ("DELETE", "GET"),
    "/v1/exports/{exportId}/download": ("GET",),
    "/v1/oauth/introspect": ("POST",),
    "/v1/oauth/token": ("POST",),
    "/v1/oauth/token/revoke": ("POST",),
    "/v1/orders": ("GET", "POST"),
    "/v1/orders/export": ("POST",),
    "/v1/orders/import": ("POST",),
    "/v1/orders/{orderId}/events": ("GET",),
    "/v1/orders/{orderId+}": ("GET", "PUT"),
    "/v1/product-collections": ("GET", "POST"),
    "/v1/product-collections/{collectionId}": ("DELETE", "GET", "PUT"),
    "/v1/product-collections/{collectionId}/products": ("GET",),
    "/v1/products": ("GET", "POST"),
    "/v1/products/{productId}/skus": ("GET", "POST"),
    "/v1/products/{productId}/skus/{skuId+}": ("DELETE", "PUT"),
    "/v1/products/{productId+}": ("DELETE", "GET", "PUT"),
    "/v1/promotions/stacks": ("GET",),
    "/v1/promotions/tiers": ("GET",),
    "/v1/promotions/tiers/{tierId}": ("DELETE", "GET", "PUT"),
    "/v1/promotions/tiers/{tierId}/disable": ("POST",),
    "/v1/promotions/tiers/{tierId}/enable": ("POST",),
    "/v1/promotions/tiers/{tierId}/redemption": ("POST",),
    "/v1/promotions/tiers/{tierId}/validation": ("POST",),
    "/v1/promotions/validation": ("POST",),
    "/v1/promotions/{campaignId}/stacks": ("GET", "POST"),
    "/v1/promotions/{campaignId}/stacks/{stackId}": ("DELETE", "GET", "PUT"),
    "/v1/promotions/{campaignId}/tiers": ("GET", "POST"),
    "/v1/qualifications": ("POST",),
    "/v1/redemptions": ("GET", "POST"),
    "/v1/redemptions/{redemptionId}": ("GET",),
    "/v1/redemptions/{redemptionId}/rollback": ("POST",),
    "/v1/redemptions/{redemptionId}/rollbacks": ("POST",),
    "/v1/reports/{period}": ("GET",),
    "/v1/reports/{period}/{label}": ("GET",),
    "/v1/segments": ("GET", "POST"),
    "/v1/segments/{segmentId}": ("DELETE", "GET"),
    "/v1/skus/{skuId+}": ("GET",),
    "/v1/validation-rules": ("GET", "POST"),
    "/v1/validation-rules/{validationRuleId}": ("DELETE", "GET", "PUT"),
    "/v1/validation-rules/{validationRuleId}/assignments": ("GET", "POST"),
    "/v1/validation-rules/{validationRuleId}/assignments/{assignmentId}": ("DELETE",),
    "/v1/validation-rules/{validationRuleId}/backtest": ("POST",),
    "/v1/validation-rules-assignments": ("GET",),
    "/v1/validations": ("POST",),
    "/v1/vouchers": ("GET", "POST"),
    "/v1/vouchers/{code}/balance": ("POST",),
    "/v1/vouchers/{code}/disable": ("POST",),
    "/v1/vouchers/{code}/enable": ("POST",),
    "/v1/vouchers/{code}/redemption": ("GET", "POST"),
    "/v1/vouchers/{code}/sessions/{sessionKey}": ("DELETE",),
    "/v1/vouchers/{code}/validate": ("POST",),
    "/v1/vouchers/{code}/transactions": ("GET",),
    "/v1/vouchers/{code+}": ("DELETE", "GET", "POST", "PUT"),
}

# What there is below a voucher, a campaign, an order or a customer: no name of theirs in a path may
# end like this. Those that no route above takes are kept for the routes to come.
_SUB_PATHS: Final = {
    "/v1/vouchers/{code+}": "balance|disable|enable|redemption|sessions(?:/[^/]+)?"
    "|transactions(?:/export)?|validate",
    "/v1/campaigns/{campaignId+}": "disable|enable|export|import|importCSV|summary"
    "|transactions(?:/export)?|vouchers(?:/.+)?",
    "/v1/orders/{orderId+}": "events",
    "/v1/customers/{customerId+}": "activity|permanent-deletion|redeemables|segments",
}
# A path that browsers may ask about is not for that one that exists.
_PREFLIGHT_ONLY: Final = ("OPTIONS",)
_BELOW: Final = {"sessions": "sessions/{sessionKey}", "vouchers": "vouchers/{code+}"}


def require_own_path(request: Request) -> None:
    """Raises MethodNotAllowed or UnknownPath when a sub-path was taken for a code or a name.

    Either may have a `/`, so its route takes every path below it (docs/decisions/0013).
    """
    template = request.route.partition(" ")[2]
    below = _SUB_PATHS.get(template)
    if below is None:
        return
    collection, parameter = template.removesuffix("+}").split("{")
    found = re.fullmatch(f"(.+?)/({below})/?", request.path_parameters[parameter], re.DOTALL)
    if found is None:
        return
    name = _BELOW.get(found[2].partition("/")[0], found[2]) if "/" in found[2] else found[2]
    methods = METHODS.get(f"{collection}{{{parameter}}}/{name}", ())
    is_misspelt = "/" in found[1] or request.path.endswith("/")
    if is_misspelt or not methods or request.method in methods:
        raise UnknownPath(request.path)
    raise MethodNotAllowed(request.method, methods)


def refuse(event: Event) -> NoReturn:
    """Raises MethodNotAllowed or UnknownPath."""
    path = event["rawPath"]
    for template, methods in METHODS.items():
        if methods != _PREFLIGHT_ONLY and _pattern(template).fullmatch(path):
            raise MethodNotAllowed(event["requestContext"]["http"]["method"], methods)
    raise UnknownPath(path)


def _pattern(template: str) -> re.Pattern[str]:
    """The path is decoded already, so a `/` in an identifier is like any other."""
    greedy = re.sub(r"\\\{\w+\\\+\\\}", ".+", re.escape(template))
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", greedy), re.DOTALL)
