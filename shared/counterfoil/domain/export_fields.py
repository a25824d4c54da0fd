"""What can be exported of each kind of thing: fields, those that come unasked, orders.

Source: domain.md §2.11, §3.7, §13.2. What does not exist here has fields all the same, so that a
nightly export of all kinds needs no exception: its file has a header and no line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.domain.errors import InvalidExportFields, InvalidPayload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NEWEST_FIRST: Final = "-created_at"
_METADATA: Final = "metadata"
_KEY: Final = "metadata."
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Columns:
    """The fields of a kind, those of an export that names none, and what it can be sorted by."""

    fields: tuple[str, ...]
    defaults: tuple[str, ...]
    sorts: tuple[str, ...]

    def chosen(self, sent: Sequence[str]) -> tuple[str, ...]:
        """The fields of the file. Raises InvalidExportFields."""
        unknown = [each for each in sent if not self._has(each)]
        if unknown:
            known = ", ".join((*self.fields, *(("metadata.<key>",) if self._has_metadata else ())))
            raise InvalidExportFields(
                f"Property .parameters.fields has the unknown field {unknown[0][:100]}; "
                f"fields are {known}"
            )
        if len(sent) > _MOST:
            raise InvalidExportFields(f"Property .parameters.fields must have at most {_MOST}")
        return tuple(sent) or self.defaults

    def order(self, sent: str | None) -> str:
        """How lines are sorted; newest first unless said otherwise. Raises InvalidPayload."""
        allowed = [f"{sign}{each}" for each in self.sorts for sign in ("", "-")]
        if sent is None:
            return f"-{self.sorts[0]}"
        if sent not in allowed:
            words = ", ".join(allowed)
            raise InvalidPayload(f"Property .parameters.order must be one of {words}")
        return sent

    @property
    def _has_metadata(self) -> bool:
        return _METADATA in self.fields

    def _has(self, field: str) -> bool:
        return field in self.fields or (
            self._has_metadata and field.startswith(_KEY) and field != _KEY
        )


def told(fields: Sequence[str]) -> list[str]:
    """Those that an answer repeats: clients know no `metadata.<key>` (domain.md §13.2)."""
    return [each for each in fields if not each.startswith(_KEY)]


def key_of(field: str) -> str | None:
    """The key of metadata that a field is; None for one that is none."""
    return field.removeprefix(_KEY) if field.startswith(_KEY) else None


_TIMES: Final = ("created_at", "updated_at")
_ADDRESS: Final = ("city", "state", "line_1", "line_2", "country", "postal_code")
_REDEMPTIONS: Final = (
    *("total_redeemed", "total_failed", "total_succeeded"),
    *("total_rolled_back", "total_rollback_failed", "total_rollback_succeeded"),
)
_ORDERS: Final = (
    *("total_amount", "total_count", "average_amount"),
    *("last_order_amount", "last_order_date"),
)
_LOYALTY: Final = ("loyalty_points", "loyalty_referred_customers")

COLUMNS: Final[Mapping[str, Columns]] = {
    "order": Columns(
        fields=(
            *("id", "source_id", *_TIMES, "status", "amount", "discount_amount"),
            *("items_discount_amount", "total_discount_amount", "total_amount"),
            *("customer_id", "referrer_id", _METADATA),
        ),
        defaults=("id", "source_id", "status"),
        sorts=(*_TIMES, "status"),
    ),
    "voucher": Columns(
        fields=(
            *("id", "code", "voucher_type", "value", "formula", "discount_type"),
            *("discount_effect", "discount_amount_limit", "discount_unit_type"),
            *("discount_unit_effect", "campaign", "campaign_id", "category", "start_date"),
            *("expiration_date", "validity_timeframe_interval", "validity_timeframe_duration"),
            *("validity_day_of_week", "gift_balance", "loyalty_balance", "redemption_quantity"),
            *("redemption_count", "active", "qr_code", "bar_code", "is_referral_code"),
            *("additional_info", "customer_id", "customer_source_id", "validation_rules_id"),
            *(_METADATA, *_TIMES),
        ),
        defaults=("code", "voucher_type", "value", "discount_type"),
        sorts=(*_TIMES, "code"),
    ),
    "redemption": Columns(
        fields=(
            *("id", "object", "date", "voucher_code", "campaign", "campaign_id"),
            *("promotion_tier_id", "customer_id", "customer_source_id", "customer_name"),
            *("tracking_id", "order_id", "order_amount", "gift_amount", "loyalty_points"),
            *("result", "status", "failure_code", "failure_message", "reason", _METADATA),
        ),
        defaults=("id", "object", "voucher_code", "customer_id", "date", "result"),
        sorts=("created_at", "id", "voucher_code", "tracking_id", "customer_id"),
    ),
    "customer": Columns(
        fields=(
            *("id", "source_id", "name", "description", "email", "phone", "birthday", "birthdate"),
            *(f"address_{part}" for part in _ADDRESS),
            *(f"redemptions_{part}" for part in _REDEMPTIONS),
            *(f"orders_{part}" for part in _ORDERS),
            *(*_LOYALTY, _METADATA, *_TIMES),
        ),
        defaults=("name", "source_id"),
        sorts=(*_TIMES, "name", "email", "source_id", "id"),
    ),
    "product": Columns(
        fields=(
            *("id", "source_id", "name", "price", "attributes", "image_url", _METADATA, *_TIMES),
        ),
        defaults=("id", "source_id", "name", "price"),
        sorts=(*_TIMES, "name", "source_id", "id"),
    ),
    "sku": Columns(
        fields=(
            *("id", "source_id", "product_id", "sku", "price", "currency", "attributes"),
            *("image_url", _METADATA, *_TIMES),
        ),
        defaults=("id", "source_id", "sku", "product_id", "price"),
        sorts=(*_TIMES, "sku", "product_id", "source_id", "id"),
    ),
    "voucher_transactions": Columns(
        fields=(
            *("id", "type", "source_id", "reason", "source", "balance", "amount"),
            *("related_transaction_id", "created_at", "voucher_id", "campaign_id", "details"),
        ),
        defaults=("id", "type", "source_id", "voucher_id", "amount", "balance", "created_at"),
        sorts=("created_at",),
    ),
    "publication": Columns(
        fields=(
            *("voucher_code", "customer_id", "customer_source_id", "date", "campaign", "channel"),
            *("is_winner", _METADATA),
        ),
        defaults=("voucher_code", "customer_id", "date", "channel"),
        sorts=("created_at", "voucher_code", "customer_id", "channel", "id"),
    ),
    "points_expiration": Columns(
        fields=("id", "campaign_id", "voucher_id", "points", "status", "expires_at"),
        defaults=("id", "campaign_id", "voucher_id", "points", "status", "expires_at"),
        sorts=("expires_at", "id"),
    ),
}
