"""Who may fetch a file, until when, and which fields it may have."""

from datetime import timedelta

import pytest

from counterfoil.domain.errors import InvalidExportFields, InvalidPayload
from counterfoil.domain.export_fields import COLUMNS, told
from counterfoil.domain.export_payloads import ParametersPayload
from counterfoil.domain.exports import Export, Ticket, admits, parameters_of, ticket
from tests.builders import NOW

EXPORT = Export(
    id="exp_1",
    exported_object="order",
    parameters=parameters_of("order", None, 0),
    created_at=NOW,
    key="ab" * 32,
)


def test_a_ticket_opens_its_export_for_an_hour_or_a_little_more() -> None:
    shown = ticket("shop", EXPORT, NOW)

    assert Ticket.of(shown.text) == shown
    assert admits(shown, EXPORT, NOW + timedelta(hours=1))
    assert not admits(shown, EXPORT, NOW + timedelta(hours=1, minutes=15))
    assert ticket("shop", EXPORT, NOW + timedelta(seconds=30)) == shown


def test_no_ticket_outlives_its_export() -> None:
    shown = ticket("shop", EXPORT, EXPORT.ends_at - timedelta(minutes=1))

    assert admits(shown, EXPORT, EXPORT.ends_at - timedelta(seconds=1))
    assert not admits(shown, EXPORT, EXPORT.ends_at)


@pytest.mark.parametrize(
    "changes",
    [{"id": "exp_2"}, {"key": "ac" * 32}],
)
def test_a_ticket_opens_no_other_export(changes: dict[str, str]) -> None:
    shown = ticket("shop", EXPORT, NOW)

    assert not admits(shown, EXPORT.model_copy(update=changes), NOW)


def test_what_a_ticket_says_cannot_be_changed() -> None:
    shown = ticket("shop", EXPORT, NOW)

    for forged in (
        Ticket("other", shown.until, shown.proof),
        Ticket("shop", shown.until + 900, shown.proof),
        Ticket("shop", shown.until, shown.proof[:-1] + "g"),
        Ticket("shop", shown.until, ""),
        Ticket("shop", shown.until, "ż"),
    ):
        assert not admits(forged, EXPORT, NOW)


@pytest.mark.parametrize(
    "text", ["", "x", "1.2.3.4", "99999999999999.c2hvcA==.00", "1.ż.0", "1.c.0"]
)
def test_what_is_no_ticket_is_none(text: str) -> None:
    shown = Ticket.of(text)

    assert shown is None or not admits(shown, EXPORT, NOW)


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_every_kind_has_its_defaults_among_its_fields(name: str) -> None:
    columns = COLUMNS[name]

    assert set(columns.defaults) <= set(columns.fields)
    assert columns.chosen(()) == columns.defaults
    assert columns.chosen(columns.fields) == columns.fields
    assert columns.order(None) == f"-{columns.sorts[0]}"


@pytest.mark.parametrize("field", ["nope", "metadata.", "", "items", "METADATA"])
def test_an_unknown_field_is_refused(field: str) -> None:
    with pytest.raises(InvalidExportFields, match="fields are id, source_id"):
        parameters_of("order", ParametersPayload(fields=["id", field]), 0)


def test_transactions_have_no_metadata() -> None:
    with pytest.raises(InvalidExportFields):
        parameters_of("voucher_transactions", ParametersPayload(fields=["metadata.x"]), 0)


def test_an_unknown_order_or_filter_is_refused() -> None:
    with pytest.raises(InvalidPayload, match="must be one of created_at, -created_at, updated_at"):
        parameters_of("order", ParametersPayload(order="amount"), 0)
    with pytest.raises(InvalidPayload, match="filters"):
        parameters_of("customer", ParametersPayload(filters={"nope": {"conditions": {}}}), 0)


def test_keys_of_metadata_are_not_repeated() -> None:
    assert told(("id", "metadata.x", "metadata")) == ["id", "metadata"]
