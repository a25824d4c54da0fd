from dataclasses import replace

import pytest

from counterfoil.domain import ids
from counterfoil.domain.allocations import Allocation
from counterfoil.domain.assigned_rules import AssignedRule
from counterfoil.domain.customers import Customer
from counterfoil.domain.item_selection import ProductEntry, ProductLists
from counterfoil.domain.records import (
    OrderSnapshot,
    Record,
    portrait,
    record_id,
    rollback_id_of,
    snapshot,
    use_of,
)
from counterfoil.domain.stacking import evaluate
from counterfoil.domain.stacking_rules import StackingRules
from tests.builders import (
    APP_ID,
    CUSTOMER_ID,
    NOW,
    ORDER_ID,
    a_candidate,
    a_counter,
    a_line,
    a_rule,
    a_voucher,
    amount_off,
    an_entry,
    an_occasion,
    an_order,
)

ROOT = "0123456789abcdef"


def a_record(name: str, **fields: object) -> Record:
    plain = {"id": name, "date": NOW, "related_object_id": "v_1", "channel_id": APP_ID}
    return Record.model_validate(plain | fields)


@pytest.mark.parametrize(
    ("prefix", "index", "name"),
    [
        (ids.REDEMPTION, 0, "r_0123456789abcdef00"),
        (ids.REDEMPTION, 30, "r_0123456789abcdef1e"),
        (ids.FAILED_REDEMPTION, 1, "rf_0123456789abcdef01"),
        (ids.ROLLBACK, 16, "rr_0123456789abcdef10"),
        (ids.FAILED_ROLLBACK, 0, "rrf_0123456789abcdef00"),
    ],
)
def test_a_records_id_leads_to_its_call_and_its_place_in_it(
    prefix: str, index: int, name: str
) -> None:
    record = a_record(name)

    assert record_id(prefix, ROOT, index) == name
    assert (record.root, record.index) == (ROOT, index)
    assert ids.record_root(name) == record.root


def test_a_redemption_has_one_possible_rollback() -> None:
    assert rollback_id_of("r_0123456789abcdef1e") == "rr_0123456789abcdef1e"


def test_a_parent_stands_for_a_stack() -> None:
    assert a_record("r_x00", related_object_type="redemption").is_parent
    assert not a_record("r_x00").is_parent


def test_a_rollback_is_known_by_its_object() -> None:
    assert a_record("rr_x00", object="redemption_rollback").is_rollback
    assert not a_record("r_x00").is_rollback


def test_a_redemption_is_its_customers_or_nobodys() -> None:
    customer = {"id": CUSTOMER_ID, "metadata": {}}

    assert a_record("r_x00", customer=customer).customer_id == CUSTOMER_ID
    assert a_record("r_x00").customer_id is None


def test_a_snapshot_holds_an_orders_identity_and_amounts_but_not_its_lines() -> None:
    order = an_order(
        source_id="web-1001",
        status="PAID",
        amount=10_000,
        items=[a_line("a", 4_000)],
        metadata={"channel": "web"},
        customer_id=CUSTOMER_ID,
        referrer_id="cust_2",
        redemptions=[an_entry(1, 700, a=300), an_entry(2, 50)],
        updated_at=NOW,
    )

    assert snapshot(order, Allocation(order=50, lines={"a": 7})) == OrderSnapshot(
        id=ORDER_ID,
        source_id="web-1001",
        status=order.status,
        amount=10_000,
        discount_amount=750,
        items_discount_amount=300,
        applied_discount_amount=50,
        items_applied_discount_amount=7,
        metadata={"channel": "web"},
        customer_id=CUSTOMER_ID,
        referrer_id="cust_2",
        created_at=NOW,
        updated_at=NOW,
    )


def test_a_customer_is_kept_by_what_a_redemption_shows_of_them() -> None:
    customer = Customer.model_validate(
        {
            "id": CUSTOMER_ID,
            "source_id": "ann@shop.test",
            "name": "Ann",
            "email": "ann@shop.test",
            "phone": "1",
            "metadata": {"tier": "gold"},
            "created_at": NOW,
        }
    )

    assert portrait(customer).model_dump() == {
        "id": CUSTOMER_ID,
        "source_id": "ann@shop.test",
        "name": "Ann",
        "email": "ann@shop.test",
        "metadata": {"tier": "gold"},
    }


def test_a_use_counts_itself_in_and_remembers_which_life_of_the_code_it_was() -> None:
    voucher = amount_off(10, "TEN")
    counter = replace(a_counter(used=4), version=7, generation="feedface")
    candidate = replace(a_candidate(voucher), counter=counter)
    evaluation = evaluate([candidate], an_order(), StackingRules(), an_occasion())

    use = use_of(evaluation.applicable[0])

    assert (use.voucher, use.used, use.version, use.generation) == (voucher, 5, 7, "feedface")


def test_a_use_tells_the_version_of_its_rule_and_its_effect_but_not_what_the_rule_says() -> None:
    products = a_rule(ProductLists(included=(ProductEntry(id="mug"),)))
    assert products is not None
    rule = products.model_copy(update={"rules": "{}", "error_message": "Too little"})
    voucher = a_voucher("TEN", {"type": "PERCENT", "percent_off": 10}, rule=rule)
    evaluation = evaluate([a_candidate(voucher)], an_order(), StackingRules(), an_occasion())

    told = use_of(evaluation.applicable[0]).voucher

    assert told is not None
    assert told.discount is not None
    assert told.rule == rule.bare
    assert told.rule == AssignedRule(
        assignment_id="asgm_1", rule_id="val_1", version=1, created_at=NOW
    )
    assert told.discount.effect == "APPLY_TO_ITEMS"
