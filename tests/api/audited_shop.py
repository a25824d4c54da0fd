"""A shop in which all has happened that is counted somewhere, and what may go wrong in it."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from counterfoil.storage.marshal import deflate, inflate
from counterfoil.storage.store import Store
from tests.api.client import Api
from tests.api.promotions import Promotions

Item = dict[str, Any]
ANN: Final = {"source_id": "ann"}
BOB: Final = {"source_id": "bob"}
EARLIER: Final = "2026-03-28T10:00:00Z"
LINES: Final = [
    {"source_id": "mug", "related_object": "product", "quantity": 2, "price": 900},
    {"source_id": "tea", "related_object": "product", "quantity": 1, "price": 2600},
]


def furnish(api: Api, store: Store) -> None:
    """Every call is answered by 200, but for those that are to be refused."""
    _offer(api)
    promotions = Promotions(api, store)
    autumn = promotions.campaign()
    tier = promotions.tier(autumn)["id"]
    promotions.stack(autumn, tier, promotions.tier(autumn)["id"])
    _done(api.post("/v1/orders", {"source_id": "web-1", "items": LINES, "customer": ANN}))
    _done(api.redeem("TEN", "FIVE", order={"source_id": "web-1"}, customer=ANN))
    _done(api.put("/v1/orders/web-1", {"metadata": {"gift": True}}))
    undone = api.redeem("SPRING-1", order={"source_id": "web-2", "amount": 700}, customer=ANN)
    _done(api.post(f"/v1/redemptions/{undone.redemption_id}/rollback", {}))
    _done(api.redeem("SPRING-1", order={"source_id": "web-3", "amount": 700}, customer=ANN))
    card = {"object": "voucher", "id": "CARD", "gift": {"credits": 300}}
    order = {"source_id": "web-4", "amount": 900}
    _done(api.post("/v1/redemptions", {"redeemables": [card], "order": order, "customer": ANN}))
    assert api.redeem("NOPE", order={"amount": 900}, customer=ANN).status == 404
    _done(promotions.redeem(tier, order={"source_id": "web-5", "amount": 800}, customer=BOB))
    undone = promotions.redeem(tier, order={"amount": 300}, customer=BOB)
    _done(api.post(f"/v1/redemptions/{undone.redemption_id}/rollback", {}))
    past = {"amount": 50, "status": "PAID", "created_at": EARLIER}
    _done(api.post("/v1/orders", {"source_id": "old", "customer": ANN, **past}))
    _done(api.put("/v1/orders/old", {"source_id": "renamed", "referrer": BOB}))
    session = {"type": "LOCK", "key": "till"}
    both = [{"object": "voucher", "id": "TEN"}, card]
    body = {"redeemables": both, "session": session, "order": {"amount": 900}, "customer": ANN}
    assert _done(api.post("/v1/validations", body))["valid"]


def _offer(api: Api) -> None:
    once = {"name": "redemption.count.per_customer", "conditions": {"$less_than_or_equal": [9]}}
    by_key = {"name": "redemption.count.per_api_key", "conditions": {"$less_than_or_equal": [9]}}
    rule = api.rule("limits", rules={"1": once, "2": by_key, "logic": "1 and 2"})["id"]
    api.voucher("TEN", redemption={"quantity": 50}, validation_rules=[rule])
    api.voucher("FIVE")
    api.gift_card("CARD", 5_000)
    _done(api.post("/v1/vouchers/CARD/balance", {"amount": 500}))
    _done(api.post("/v1/vouchers/CARD/balance", {"amount": -200}))
    api.campaign("Spring")
    _done(api.post("/v1/campaigns/Spring/vouchers/SPRING-1", {}))


def _done(reply: Any) -> Any:  # noqa: ANN401  # as `Reply.json`
    assert reply.status == 200, reply.body
    return reply.json


@dataclass(frozen=True)
class Wrong:
    """One number or field of one item that is not what it was.

    The item is the first whose key matches and that holds all of `having`; `becomes` gives what
    stands there afterwards, None for nothing.
    """

    name: str
    pk: str
    sk: str
    becomes: Callable[[Item], Item | None]
    having: tuple[str, ...] = ()

    def chosen(self, items: list[Item]) -> Item:
        """The item that goes wrong."""
        return next(
            item
            for item in items
            if re.fullmatch(self.pk, item["pk"])
            and re.fullmatch(self.sk, item["sk"])
            and all(each in _text(item) for each in self.having)
        )


def _text(item: Item) -> str:
    body = inflate(item["body"]).decode() if "body" in item else ""
    return f"{ {name: value for name, value in item.items() if name != 'body'} }{body}"


def more(name: str, by: int = 1) -> Callable[[Item], Item]:
    """The number with this name, or the first whose name begins so, is another."""

    def becomes(item: Item) -> Item:
        found = next(each for each in sorted(item) if each.startswith(name))
        return {**item, found: item[found] + by}

    return becomes


def becomes(**values: object) -> Callable[[Item], Item]:
    """These attributes are others."""
    return lambda item: {**item, **values}


def without(name: str) -> Callable[[Item], Item]:
    """This attribute is gone."""
    return lambda item: {each: value for each, value in item.items() if each != name}


def gone(_: Item) -> None:
    """The item is gone."""


def told(change: Callable[[Any], object]) -> Callable[[Item], Item]:
    """What is packed in the body is changed."""

    def becomes_told(item: Item) -> Item:
        body = json.loads(inflate(item["body"]))
        change(body)
        return {**item, "body": deflate(json.dumps(body).encode())}

    return becomes_told


def _amount_off(body: Any) -> None:  # noqa: ANN401  # a document
    body["redemptions"][0]["in_force"]["order"] += 1


def _line(name: str) -> Callable[[Any], None]:
    def change(body: Any) -> None:  # noqa: ANN401  # a document
        body["items"][0][name] += 1

    return change


def _not_rolled_back(body: Any) -> None:  # noqa: ANN401  # a document
    del body["redemptions"][0]["rollback_id"]


def _other_allocation(body: Any) -> None:  # noqa: ANN401  # a document
    body["allocation"]["order"] += 1


def _other_life(item: Item) -> Item:
    return {**item, "gen": "0badcafe"}


def _counted_for(**changes: object) -> Callable[[Item], Item]:
    return lambda item: {**item, "hist": {**item["hist"], **changes}}


def holding_nothing(prefix: str) -> Callable[[Item], Item]:
    """What sessions hold under names that begin and end so is nothing."""

    def becomes_nothing(item: Item) -> Item:
        (held,) = [name for name in item if re.fullmatch(rf"{prefix}[0-9a-f]{{10}}h_\w+", name)]
        return {**item, held: 0}

    return becomes_nothing


def _event_again(item: Item) -> Item:
    return {**item, "sk": "E#00000004"}


def _moved_marker(item: Item) -> Item:
    return {**item, "sk": item["sk"].replace("ord_", "ord_X")}


ORDER: Final = (r"shop#O#ord_\w+", "#")
EVENT: Final = r"shop#O#ord_\w+"
PERSON: Final = r"shop#C#cust_\w+"
CODE: Final = r"shop#V#v_\w+"
CALL: Final = r"shop#R#\w+"
WEB_1: Final = ("web-1",)
PAST: Final = ("renamed",)
WRONGS: Final = (
    Wrong("an order's discount", *ORDER, more("disc"), WEB_1),
    Wrong("an order's amount", *ORDER, more("amount"), WEB_1),
    Wrong("an order's status", *ORDER, becomes(st="FULFILLED"), WEB_1),
    Wrong("an order's version", *ORDER, more("ver"), WEB_1),
    Wrong("an order's fence", *ORDER, becomes(fence=0), WEB_1),
    Wrong("the sessions that an order has ended", *ORDER, more("rl"), WEB_1),
    Wrong("an order's customer", *ORDER, becomes(cust="cust_of_nobody"), WEB_1),
    Wrong("an order without customer", *ORDER, without("cust"), WEB_1),
    Wrong("when an order was created", *ORDER, becomes(ca="2026-03-01T00:00:00.000Z"), WEB_1),
    Wrong("when an order was changed", *ORDER, becomes(ua="2026-03-01T00:00:00.000Z"), WEB_1),
    Wrong("an order's source_id", *ORDER, becomes(src="web-9"), WEB_1),
    Wrong("an order's place by creation", *ORDER, becomes(g1s="2026-01-01T00:00:00.000Z#x"), WEB_1),
    Wrong("an order's place by change", *ORDER, becomes(g2s="2026-01-01T00:00:00.000Z#x"), WEB_1),
    Wrong("what an order counts for", *ORDER, _counted_for(a=1), WEB_1),
    Wrong("whom an order counts for", *ORDER, _counted_for(c="cust_of_nobody"), WEB_1),
    Wrong("the day that an order counts on", *ORDER, _counted_for(d="2026-03-01"), WEB_1),
    Wrong("an order that counts for nobody", *ORDER, without("hist"), WEB_1),
    Wrong("what is in force", *ORDER, told(_amount_off), WEB_1),
    Wrong("the amount of a line", *ORDER, told(_line("amount")), WEB_1),
    Wrong("the quantity of a line", *ORDER, told(_line("quantity")), WEB_1),
    Wrong("an order's metadata", *ORDER, told(lambda it: it["metadata"].clear()), WEB_1),
    Wrong("an order without its redemption", *ORDER, told(lambda it: it.pop("redemptions")), WEB_1),
    Wrong("an order without its rollback", *ORDER, told(_not_rolled_back), ("web-2",)),
    Wrong("an event's total", EVENT, r"E#0*3", more("tot")),
    Wrong("an event's status", EVENT, r"E#0*3", becomes(st="CANCELED")),
    Wrong("an event that is gone", EVENT, r"E#0*2", gone),
    Wrong("an event too many", EVENT, r"E#0*3", _event_again),
    Wrong("what an event tells", EVENT, r"E#0*3", becomes(kind=["customer.order.created"])),
    Wrong("the creation that an event tells", EVENT, r"E#0*3", becomes(ca="2020-01-01T00:00:00Z")),
    Wrong("an alias", EVENT, "#", becomes(alias="ord_of_nobody"), ("alias",)),
    Wrong("a customer's orders", PERSON, "L", more("n"), ("mv_2026_03",)),
    Wrong("a customer's amount", PERSON, "L", more("amt"), ("mv_2026_03",)),
    Wrong("a customer's redemptions", PERSON, "L", more("rs")),
    Wrong("a customer's failures", PERSON, "L", more("rf")),
    Wrong("a customer's rollbacks", PERSON, "L", more("rb")),
    Wrong("a customer's credits", PERSON, "L", more("rga")),
    Wrong("the movements of a lifetime", PERSON, "L", more("mv_"), ("mv_2026_03",)),
    Wrong("the version of a history", PERSON, "L", becomes(hv=0), ("mv_2026_03",)),
    Wrong("the orders of a day", PERSON, r"D#2026-03", more("n_28")),
    Wrong("the amount of a day", PERSON, r"D#2026-03", more("amt_28")),
    Wrong("the movements of a month", PERSON, r"D#2026-03", more("mv")),
    Wrong("a marker's amount", PERSON, r"M#2026-03.*", more("amt")),
    Wrong("a marker that is gone", PERSON, r"M#2026-03.*", gone),
    Wrong("a marker too many", PERSON, r"M#2026-03.*", _moved_marker),
    Wrong("what a customer has used", PERSON, r"U#\d", more("u")),
    Wrong("a customer without profile", PERSON, "#", gone, ("ann",)),
    Wrong("how often a voucher was used", CODE, r"N#0", more("used"), ("h_",)),
    Wrong("how much of a voucher is taken", CODE, r"N#0", more("taken"), ("h_",)),
    Wrong("what sessions hold of a voucher", CODE, r"N#0", more("h_"), ("h_",)),
    Wrong("a voucher's uses of the day", CODE, r"N#0", more("d_")),
    Wrong("a voucher's uses of the week", CODE, r"N#0", more("w_")),
    Wrong("a voucher's uses of the month", CODE, r"N#0", more("m_")),
    Wrong("what a voucher's orders came to", CODE, r"N#0", more("oa"), ("'oa'",)),
    Wrong("what a voucher took off", CODE, r"N#0", more("od"), ("'od'",)),
    Wrong("a voucher's uses by key", CODE, r"N#0", more("k"), ("h_",)),
    Wrong("the version that a counter goes by", CODE, r"N#0", more("dv")),
    Wrong("the life that a counter goes by", CODE, r"N#0", _other_life),
    Wrong("a counter that is gone", CODE, r"N#0", gone),
    Wrong("what was put on a card", CODE, r"N#0", more("loaded"), ("loaded",)),
    Wrong("what was taken off a card", CODE, r"N#0", more("subtracted"), ("loaded",)),
    Wrong("what was spent of a card", CODE, r"N#0", more("spent"), ("loaded",)),
    Wrong("what is left of a card", CODE, r"N#0", more("avail"), ("loaded",)),
    Wrong("the credits that a card counts", CODE, r"N#0", more("oc"), ("loaded",)),
    Wrong("the credits that sessions hold", CODE, r"N#0", more("c_"), ("c_",)),
    Wrong("what is held of a customer's uses", PERSON, r"U#\d", holding_nothing("u"), ("h_",)),
    Wrong("what is held of a key's uses", CODE, r"N#0", holding_nothing("k"), ("h_",)),
    Wrong("a tier's uses", r"shop#P#\w+", r"N#\d+", more("used"), ("'amt': 720",)),
    Wrong("what a tier's orders came to", r"shop#P#\w+", r"N#\d+", more("amt"), ("'amt': 720",)),
    Wrong("what a tier took off", r"shop#P#\w+", r"N#\d+", more("disc"), ("'amt': 720",)),
    Wrong("a campaign's uses", r"shop#A#\w+", r"N#\d+", more("used"), ("'oa': 700",)),
    Wrong("what is taken of a campaign", r"shop#A#\w+", r"N#\d+", more("taken"), ("'oa': 700",)),
    Wrong("what a campaign's orders came to", r"shop#A#\w+", r"N#\d+", more("oa"), ("'oa': 700",)),
    Wrong("a campaign's vouchers", r"shop#A#\w+", "M", more("n")),
    Wrong("a voucher that is no member", r"shop#A#\w+", r"V#.+", gone),
    Wrong("a campaign's tiers", r"shop#A#\w+", "T", more("tiers")),
    Wrong("the last place of a tier", r"shop#A#\w+", "T", more("last")),
    Wrong("a campaign's stacks", r"shop#A#\w+", "T", more("stacks")),
    Wrong("the number of orders", r"shop#T#O#\d+", "#", more("n")),
    Wrong("a record's status", CALL, "00", becomes(st="SUCCEEDED"), ("ROLLED_BACK",)),
    Wrong("a record that is gone", CALL, "01", gone),
    Wrong("a rollback that is gone", CALL, "00R", gone),
    Wrong("what a record has taken", CALL, "01", told(_other_allocation)),
    Wrong("the order of a record", CALL, "00", becomes(oid="ord_of_nobody"), ("oid",)),
    Wrong("the result of a record", CALL, "00", becomes(res="FAILURE"), ("SUCCEEDED",)),
)
