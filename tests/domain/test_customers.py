"""Customers: what a payload makes of them, and what is left of deleted ones (domain.md §1.8)."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from counterfoil.domain.customer_payloads import CustomerPayload
from counterfoil.domain.customers import (
    Customer,
    Summary,
    deleted,
    draft,
    together,
    upserted,
)
from tests.builders import CUSTOMER_ID, NOW

LATER = NOW + timedelta(hours=1)


def ann(**fields: object) -> Customer:
    """A customer with a name and nothing else."""
    plain = {"id": CUSTOMER_ID, "source_id": "ann", "name": "Ann", "created_at": NOW}
    return Customer.model_validate(plain | fields)


def changed(customer: Customer, **fields: object) -> Customer:
    """`customer` after an upsert an hour later."""
    return upserted(customer, CustomerPayload.model_validate(fields), LATER)


def test_a_new_customer_is_what_the_payload_says() -> None:
    payload = CustomerPayload.model_validate(
        {
            "source_id": "ann",
            "name": "Ann",
            "birthdate": "2000-02-29",
            "address": {"city": "Łódź"},
            "metadata": {"vip": True},
        }
    )

    customer = draft(payload, CUSTOMER_ID, NOW)

    assert (customer.source_id, customer.name, customer.birthdate) == (
        "ann",
        "Ann",
        date(2000, 2, 29),
    )
    assert customer.address is not None
    assert customer.address.city == "Łódź"
    assert (customer.metadata, customer.created_at) == ({"vip": True}, NOW)
    assert (customer.updated_at, customer.deleted) == (None, False)


def test_naming_a_customer_changes_nothing() -> None:
    customer = ann()

    assert changed(customer, source_id="ann") is customer
    assert changed(customer, id=CUSTOMER_ID, name="Ann") is customer


def test_an_upsert_changes_what_it_names_and_null_clears() -> None:
    after = changed(ann(email="a@b.test", phone="1"), name="Anna", phone=None)

    assert (after.name, after.email, after.phone) == ("Anna", "a@b.test", None)
    assert after.updated_at == LATER


def test_metadata_and_address_are_merged() -> None:
    customer = ann(metadata={"a": 1, "b": 2}, address={"city": "Łódź", "country": "PL"})

    after = changed(customer, metadata={"b": None}, address={"city": "Kraków"})

    assert after.metadata == {"a": 1, "b": None}
    assert after.address is not None
    assert (after.address.city, after.address.country) == ("Kraków", "PL")
    assert changed(customer, address=None).address is None


def test_true_and_1_are_different_metadata() -> None:
    assert changed(ann(metadata={"a": 1}), metadata={"a": True}).metadata == {"a": True}


def test_a_source_id_never_changes() -> None:
    assert changed(ann(), id=CUSTOMER_ID, source_id="eve").source_id == "ann"


def test_nothing_is_kept_of_a_deleted_customer_but_the_identifiers() -> None:
    gone = deleted(ann(email="a@b.test", metadata={"a": 1}), LATER)

    assert gone == Customer(
        id=CUSTOMER_ID, source_id="ann", created_at=NOW, updated_at=LATER, deleted=True
    )


def test_a_deleted_customer_comes_back_with_what_is_sent_only() -> None:
    back = changed(deleted(ann(email="a@b.test"), NOW), source_id="ann", name="Ann B.")

    assert (back.id, back.name, back.email) == (CUSTOMER_ID, "Ann B.", None)
    assert (back.deleted, back.created_at, back.updated_at) == (False, LATER, None)


def test_someone_named_twice_has_what_was_said_last_over_what_was_said_first() -> None:
    base = ann(metadata={"a": 1})
    buyer = changed(base, name="Anna", phone="1", metadata={"b": 1})
    referrer = changed(base, phone="2", metadata={"c": 1})

    both = together(base, buyer, referrer)

    assert (both.name, both.phone) == ("Anna", "2")
    assert both.metadata == {"a": 1, "b": 1, "c": 1}
    assert both.updated_at == LATER


def test_someone_new_named_twice_is_one_new_customer() -> None:
    buyer = draft(CustomerPayload(source_id="ann", name="Ann"), CUSTOMER_ID, NOW)
    referrer = draft(CustomerPayload(source_id="ann", email="a@b.test"), CUSTOMER_ID, NOW)

    both = together(None, buyer, referrer)

    assert (both.name, both.email, both.source_id) == ("Ann", "a@b.test", "ann")


@pytest.mark.parametrize(
    "fields",
    [{"source_id": ""}, {"birthdate": "2000-02-30"}, {"birthdate": 951782400}, {"name": 1}],
)
def test_a_payload_has_the_contract_s_shapes(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CustomerPayload.model_validate(fields)


@pytest.mark.parametrize(
    ("count", "amount", "average"), [(0, 0, 0), (2, 3, 2), (3, 4, 1), (3, 5, 2)]
)
def test_the_average_is_rounded_half_up(count: int, amount: int, average: int) -> None:
    assert Summary(orders_count=count, orders_amount=amount).average_amount == average


@pytest.mark.parametrize(
    ("fields", "born"),
    [
        ({"birthday": "2000-02-29"}, date(2000, 2, 29)),
        ({"birthday": "2000-02-29", "birthdate": "1999-01-01"}, date(1999, 1, 1)),
        ({"birthday": "2000-02-29", "birthdate": None}, None),
        ({"birthday": None}, None),
        ({}, date(1990, 5, 5)),
    ],
)
def test_a_birthday_is_a_birthdate_by_its_older_name(
    fields: dict[str, object], born: date | None
) -> None:
    assert changed(ann(birthdate="1990-05-05"), **fields).birthdate == born
