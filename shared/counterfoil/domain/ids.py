"""Identifiers: derived from what the client calls a thing, or drawn once per request.

A derived id makes uniqueness the key itself: two requests that create one source_id meet at
one item (protocol.md §2). A drawn id is a function of the request's seed, so that every retry
and every new plan of one request uses the same ids (protocol.md §4).
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

# A constant of the code, not a secret: it is never rotated, for losing it would lose every order.
_DERIVATION_KEY: Final = b"ids"
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

ORDER: Final = "ord_"
CUSTOMER: Final = "cust_"
VOUCHER: Final = "v_"
CAMPAIGN: Final = "camp_"
PROMOTION_TIER: Final = "promo_"
PROMOTION_STACK: Final = "stack_"
PRODUCT: Final = "prod_"
SKU: Final = "sku_"
PRODUCT_COLLECTION: Final = "pc_"
REDEMPTION: Final = "r_"
FAILED_REDEMPTION: Final = "rf_"
ROLLBACK: Final = "rr_"
CATEGORY: Final = "cat_"
STACKING_RULES: Final = "stk_"
FAILED_ROLLBACK: Final = "rrf_"
VALIDATION_RULE: Final = "val_"
ASSIGNMENT: Final = "asgm_"
TRANSACTION: Final = "vtx_"
ASYNC_ACTION: Final = "aa_"
EXPORT: Final = "exp_"
SEGMENT: Final = "seg_"
WEBHOOK: Final = "wh_"
_TRACKING: Final = "track_"
_NAME_LENGTH: Final = 24
_ROOT_LENGTH: Final = 16
_HEX: Final = frozenset("0123456789abcdef")
_HEX_LENGTH: Final = 18


def order_id(project: str, source_id: str) -> str:
    """The id of the order that first took `source_id`, and the slot that guards it."""
    return ORDER + _derived(project, "o", source_id, 24)


def customer_id(project: str, source_id: str) -> str:
    """The id of the customer with `source_id`."""
    return CUSTOMER + _derived(project, "c", source_id, 24)


def voucher_id(project: str, code: str) -> str:
    """The id of the voucher with `code`; codes never change."""
    return VOUCHER + _derived(project, "v", code, 32)


def campaign_id(project: str, name: str) -> str:
    """The id of the campaign with `name`; names never change."""
    return CAMPAIGN + _derived(project, "a", name, 24)


def product_id(project: str, source_id: str) -> str:
    """The id of the product with `source_id`."""
    return PRODUCT + _derived_hex(project, "k", source_id)


def sku_id(project: str, source_id: str) -> str:
    """The id of the SKU with `source_id`, whatever its product."""
    return SKU + _derived_hex(project, "ks", source_id)


def campaign_ids(project: str, name: str) -> tuple[str, ...]:
    """The campaign ids that `name` may mean: itself when it looks like one, else as a name."""
    derived = campaign_id(project, name)
    is_id = name.startswith(CAMPAIGN) and len(name) == len(CAMPAIGN) + _NAME_LENGTH
    return (name, derived) if is_id else (derived,)


def product_ids(project: str, name: str) -> tuple[str, ...]:
    """The product ids that `name` may mean: itself when it looks like one, else as a source_id."""
    derived = product_id(project, name)
    return (name, derived) if is_product_id(name) else (derived,)


def sku_ids(project: str, name: str) -> tuple[str, ...]:
    """The SKU ids that `name` may mean, likewise."""
    derived = sku_id(project, name)
    return (name, derived) if is_sku_id(name) else (derived,)


def is_segment_id(name: str) -> bool:
    """Whether `name` could be a segment's id."""
    tail = name.removeprefix(SEGMENT)
    return tail != name and len(tail) == _NAME_LENGTH and tail.isascii() and tail.isalnum()


def is_product_id(name: str) -> bool:
    """Whether `name` could be a product's id; what could not is never asked of the store."""
    return _is_hex_id(PRODUCT, name)


def is_sku_id(name: str) -> bool:
    """Whether `name` could be a SKU's id."""
    return _is_hex_id(SKU, name)


def tracking_id(customer: str) -> str:
    """The tracking id of the customer with the id `customer`: it leads back to that id alone."""
    return _TRACKING + urlsafe_b64encode(customer.removeprefix(CUSTOMER).encode()).decode()


def tracked_customer(tracking: str) -> str | None:
    """The customer id that `tracking_id` hid in `tracking`; None for a text of the client's own."""
    if not tracking.startswith(_TRACKING):
        return None
    try:
        name = urlsafe_b64decode(tracking.removeprefix(_TRACKING)).decode("ascii")
    except ValueError:
        return None
    # Compared with what we would write: the decoder passes over letters that base64 does not have.
    ours = len(name) == _NAME_LENGTH and name.isalnum() and tracking_id(name) == tracking
    return CUSTOMER + name if ours else None


def made_line(order: str, redemption: str, number: int) -> str:
    """The id of a line that free units make on the order `order` after the entry `redemption`.

    It depends on the order alone, so every plan of a request and every client sees the same one;
    `number` tells the lines of one call apart.
    """
    text = f"{order}\0{redemption}\0{number}".encode()
    return f"ordli_{hmac.digest(_DERIVATION_KEY, text, 'sha256').hex()[:18]}"


def record_root(record_id: str) -> str | None:
    """The 16 hex digits that name a call's partition, or None when `record_id` is no such id."""
    digits = record_id.rpartition("_")[2]
    well_formed = len(digits) == _ROOT_LENGTH + 2 and not set(digits) - _HEX
    return digits[:_ROOT_LENGTH] if well_formed else None


@dataclass(frozen=True, slots=True)
class RequestIds:
    """Every id that one request may need, drawn from its 32 random bytes and its time."""

    seed: bytes
    now: datetime

    @property
    def holder(self) -> str:
        """Names this handling of a request in sessions and writes: 16 hex digits."""
        return self._hex("holder", 16)

    @property
    def order(self) -> str:
        """The id of an order without source_id, or whose slot belongs to a renamed order."""
        return ORDER + _base62(self._draw("order"), 24)

    def customer(self, role: str) -> str:
        """The id of a new customer without source_id; `role` tells buyer and referrer apart."""
        return CUSTOMER + _base62(self._draw(f"customer {role}"), 24)

    @property
    def product(self) -> str:
        """The id of a new product without source_id."""
        return PRODUCT + self._hex("product", _HEX_LENGTH)

    @property
    def sku(self) -> str:
        """The id of a new SKU without source_id."""
        return SKU + self._hex("sku", _HEX_LENGTH)

    @property
    def product_collection(self) -> str:
        """The id of a new product collection; names need not be unique."""
        return PRODUCT_COLLECTION + _base62(self._draw("product collection"), 24)

    @property
    def code(self) -> bytes:
        """The randomness of a voucher code that the client left to us."""
        return self._draw("code")

    @property
    def async_action(self) -> str:
        """The id of work that goes on after the answer: seconds first, so ids sort by time."""
        return self._async_action("async action")

    def counting(self, assignment_id: str) -> str:
        """The id of the work of counting for an assignment, of which one request may have many."""
        return self._async_action(f"counting {assignment_id}")

    @property
    def export(self) -> str:
        """The id of a new export."""
        return EXPORT + _base62(self._draw("export"), _NAME_LENGTH)

    @property
    def export_key(self) -> str:
        """What signs the addresses of a new export's file: 64 hex digits."""
        return self._hex("export key", 64)

    @property
    def generation(self) -> str:
        """Tells a voucher from an earlier one of the same code that was removed."""
        return self._hex("generation", 8)

    @property
    def root(self) -> str:
        """Names the partition of this call's records: seconds first, so ids sort by time."""
        return f"{int(self.now.timestamp()):08x}" + self._hex("root", 8)

    def bucket(self, count: int) -> int:
        """Which of `count` buckets of a counter this request takes."""
        return self._draw("bucket")[0] % count

    def promotion_tier(self, number: int = 0) -> str:
        """The id of a new promotion tier; `number` tells several of one request apart."""
        return PROMOTION_TIER + _base62(self._draw(f"promotion tier {number}"), 24)

    @property
    def promotion_stack(self) -> str:
        """The id of a new promotion stack."""
        return PROMOTION_STACK + _base62(self._draw("promotion stack"), 24)

    @property
    def validation_rule(self) -> str:
        """The id of a new validation rule; its name may change, so it is not derived from that."""
        return VALIDATION_RULE + _base62(self._draw("validation rule"), 12)

    @property
    def assignment(self) -> str:
        """The id of a rule's new assignment: milliseconds first, so ids sort by time."""
        milliseconds = int(self.now.timestamp() * 1000).to_bytes(8, "big")
        drawn = _base62(self._draw("assignment"), 9)
        return ASSIGNMENT + _base62(milliseconds, 7)[::-1] + drawn

    @property
    def segment(self) -> str:
        """The id of a new segment; several may have one name."""
        return SEGMENT + _base62(self._draw("segment"), _NAME_LENGTH)

    @property
    def category(self) -> str:
        """The id of a new category: seconds first, as in all ids of 18 hex digits."""
        return CATEGORY + self._timed("category")

    @property
    def stacking_rules(self) -> str:
        """The id of a project's stacking rules, new ones after every deletion."""
        return STACKING_RULES + self._timed("stacking rules")

    @property
    def transaction(self) -> str:
        """The id of a gift transaction done by hand: milliseconds first, so ids sort by time."""
        seconds, moment = divmod(int(self.now.timestamp() * 1000), 1000)
        return f"{TRANSACTION}{seconds:08x}{moment:03x}{self._hex('transaction', 5)}ff"

    def line(self, index: int) -> str:
        """The id of the order line that this request brought at `index` (0 to 499)."""
        return f"ordli_{self._hex('line', 15)}{index:03x}"

    def token(self, attempt: int) -> str:
        """The client request token of the `attempt`-th plan."""
        return self._hex(f"token {attempt}", 32)

    def row(self, number: int) -> RequestIds:
        """The ids of one row of many, which is handled like a request of its own."""
        return RequestIds(self._draw(f"row {number}"), self.now)

    @property
    def access_token(self) -> str:
        """A bearer token: 43 letters and digits, which carry all of the 256 random bits."""
        return _base62(self._draw("access token"), 43)

    @property
    def webhook(self) -> str:
        """The id of a new webhook."""
        return WEBHOOK + _base62(self._draw("webhook"), _NAME_LENGTH)

    @property
    def webhook_secret(self) -> str:
        """What signs all that a new webhook is told: 256 random bits, as of a bearer token."""
        return _base62(self._draw("webhook secret"), 43)

    @property
    def session_key(self) -> str:
        """The key of a validation session that the client left to us."""
        return "ssn_" + _base62(self._draw("session"), 32)

    @property
    def validation(self) -> str:
        """The id of a validation's answer; validations are not stored."""
        return "valid_" + self._hex("validation", 18)

    def _async_action(self, label: str) -> str:
        return f"{ASYNC_ACTION}{int(self.now.timestamp()):08x}" + self._hex(label, 10)

    def _timed(self, label: str) -> str:
        return f"{int(self.now.timestamp()):08x}" + self._hex(label, 10)

    def _hex(self, label: str, digits: int) -> str:
        return self._draw(label).hex()[:digits]

    def _draw(self, label: str) -> bytes:
        return _drawn(self.seed, label)


# A request asks for the same few ids again and again: to load, to decide, to write, to answer.
@lru_cache(maxsize=256)
def _drawn(seed: bytes, label: str) -> bytes:
    return hmac.digest(seed, label.encode(), "sha256")


@lru_cache(maxsize=256)
def _derived(project: str, kind: str, name: str, length: int) -> str:
    return _base62(_digest(project, kind, name), length)


@lru_cache(maxsize=2048)
def _derived_hex(project: str, kind: str, name: str) -> str:
    return _digest(project, kind, name).hex()[:_HEX_LENGTH]


def _digest(project: str, kind: str, name: str) -> bytes:
    return hmac.digest(_DERIVATION_KEY, f"{project}\0{kind}\0{name}".encode(), "sha256")


def _is_hex_id(prefix: str, name: str) -> bool:
    tail = name.removeprefix(prefix)
    return tail != name and len(tail) == _HEX_LENGTH and not set(tail) - _HEX


def _base62(digest: bytes, length: int) -> str:
    number = int.from_bytes(digest, "big")
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(digits)
