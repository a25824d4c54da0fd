import pytest

from counterfoil.domain.errors import InvalidAmount
from counterfoil.domain.money import MAX_AMOUNT
from counterfoil.domain.order_lines import OrderLine, lines_of, sum_of_lines
from counterfoil.domain.order_payloads import OrderLinePayload
from tests.builders import a_line, request_ids

MUG = {"source_id": "mug", "related_object": "product", "quantity": 2, "price": 900}
CUP = {"source_id": "cup", "related_object": "product", "quantity": 1, "price": 500}


def lines(
    *sent: dict[str, object], before: tuple[OrderLine, ...] = (), request: int = 1
) -> tuple[OrderLine, ...]:
    payloads = [OrderLinePayload.model_validate(each) for each in sent]
    return lines_of(payloads, before, request_ids(request))


def names_of(found: tuple[OrderLine, ...]) -> list[str]:
    return [line.id for line in found]


@pytest.mark.parametrize(
    ("sent", "price"),
    [
        ({"price": 1, "sku": {"price": 2}, "product": {"price": 3}}, 1),
        ({"price": 0, "sku": {"price": 2}}, 0),
        ({"sku": {"price": 2}, "product": {"price": 3}}, 2),
        ({"sku": {"price": 0}, "product": {"price": 3}}, 0),
        ({"sku": {"sku": "S"}, "product": {"price": 3}}, 3),
        ({"product": {"price": 3}}, 3),
        ({"product": {"name": "Mug"}}, None),
        ({"product_id": "prod_1"}, None),
    ],
)
def test_a_price_is_the_lines_own_or_its_skus_or_its_products(
    sent: dict[str, object], price: int | None
) -> None:
    (line,) = lines(sent)

    assert line.price == price


@pytest.mark.parametrize(
    ("sent", "amount"),
    [
        ({"price": 900, "quantity": 2}, 1_800),
        ({"price": 3_000, "quantity": 1, "amount": 3_300}, 3_300),
        ({"price": 900, "quantity": 2, "amount": 0}, 0),
        ({"price": 900, "quantity": 0}, 0),
        ({"price": 0, "quantity": 2}, 0),
        ({"price": 900}, 900),
        ({"price": 900, "initial_quantity": 3}, 2_700),
        ({"product": {"price": 900}, "quantity": 2}, 1_800),
        ({"amount": 900}, 900),
        ({"quantity": 2}, None),
        ({"product_id": "prod_1"}, None),
    ],
)
def test_an_amount_is_explicit_or_price_times_quantity_or_unknown(
    sent: dict[str, object], amount: int | None
) -> None:
    (line,) = lines(sent)

    assert line.amount == amount


@pytest.mark.parametrize(
    ("sent", "quantity", "initial"),
    [
        ({"price": 900, "quantity": 2}, 2, 2),
        ({"price": 900, "quantity": 2, "initial_quantity": 1}, 2, 1),
        ({"price": 900, "initial_quantity": 3}, 3, 3),
        ({"price": 900, "quantity": 0}, 0, 0),
        ({"price": 900}, 1, 1),
        ({"amount": 900}, None, None),
        ({"product_id": "prod_1"}, None, None),
    ],
)
def test_a_priced_line_without_quantity_is_one_unit(
    sent: dict[str, object], quantity: int | None, initial: int | None
) -> None:
    (line,) = lines(sent)

    assert (line.quantity, line.initial_quantity) == (quantity, initial)


def test_a_line_keeps_what_was_said_of_it() -> None:
    sent = {
        "product_id": "prod_1",
        "sku_id": "sku_1",
        "source_id": "mug-red",
        "related_object": "sku",
        "quantity": 1,
        "product": {"source_id": "mug", "name": "Mug", "metadata": {"kind": "gift"}},
        "sku": {"source_id": "mug-red", "sku": "Red mug", "price": 900, "override": True},
        "metadata": {"engraving": "Ann"},
    }

    (line,) = lines(sent)

    assert line.model_dump(exclude_defaults=True) == {
        "id": request_ids().line(0),
        "product_id": "prod_1",
        "sku_id": "sku_1",
        "source_id": "mug-red",
        "related_object": "sku",
        "quantity": 1,
        "initial_quantity": 1,
        "amount": 900,
        "price": 900,
        "product": {"source_id": "mug", "name": "Mug", "metadata": {"kind": "gift"}},
        "sku": {"source_id": "mug-red", "sku": "Red mug", "price": 900},
        "metadata": {"engraving": "Ann"},
    }


def test_an_amount_above_the_limit_is_refused_with_the_limit() -> None:
    with pytest.raises(InvalidAmount) as refused:
        lines({"price": MAX_AMOUNT, "quantity": 2})

    assert refused.value.details == (
        "Property .items[].amount is 1999999999999998; the limit is 999999999999999"
    )


def test_the_sum_of_lines_counts_an_unknown_amount_as_nothing() -> None:
    assert sum_of_lines([a_line("a", 300), a_line("b", None), a_line("c", 0)]) == 300


def test_the_sum_of_lines_is_unknown_when_every_amount_is() -> None:
    assert sum_of_lines([a_line("a", None)]) is None
    assert sum_of_lines([]) is None


def test_the_sum_of_lines_has_the_limit_of_an_amount() -> None:
    assert sum_of_lines([a_line("a", MAX_AMOUNT), a_line("b", 0)]) == MAX_AMOUNT
    with pytest.raises(
        InvalidAmount, match=r"^Property \.amount is 1000000000000000; the limit is"
    ):
        sum_of_lines([a_line("a", MAX_AMOUNT), a_line("b", 1)])


def test_every_line_has_an_id_of_its_own() -> None:
    assert len(set(names_of(lines(MUG, MUG, CUP)))) == 3


@pytest.mark.parametrize(
    "name",
    [
        {"product_id": "prod_1"},
        {"sku_id": "sku_1"},
        {"source_id": "mug", "related_object": "product"},
        {"source_id": "mug"},
        {"product": {"id": "prod_1"}},
        {"product": {"source_id": "mug"}},
        {"sku": {"id": "sku_1"}},
        {"sku": {"source_id": "mug-red"}},
    ],
)
def test_a_line_that_names_the_same_thing_continues_whatever_its_price(
    name: dict[str, object],
) -> None:
    before = lines({**name, "price": 900, "quantity": 2})

    after = lines(CUP, {**name, "price": 1_000, "quantity": 1}, before=before, request=2)

    assert after[1].id == before[0].id
    assert after[1].amount == 1_000
    assert after[0].id == request_ids(2).line(0)


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ({"product_id": "prod_1"}, {"product_id": "prod_2"}),
        ({"product_id": "prod_1", "sku_id": "sku_1"}, {"product_id": "prod_1", "sku_id": "sku_2"}),
        ({"source_id": "mug", "related_object": "product"}, {"source_id": "mug-red"}),
        ({"amount": 900}, {"amount": 901}),
        ({"price": 900, "quantity": 2}, {"price": 600, "quantity": 3}),
        ({"related_object": "product", "price": 9}, {"related_object": "product", "price": 8}),
    ],
)
def test_a_line_that_names_another_thing_is_new(
    first: dict[str, object], other: dict[str, object]
) -> None:
    before = lines(first)

    assert lines(other, before=before, request=2)[0].id == request_ids(2).line(0)


@pytest.mark.parametrize(
    "nameless",
    [
        {"amount": 900},
        {"price": 900},
        {"price": 900, "quantity": 2},
        {"price": 900, "initial_quantity": 2},
        {"sku": {"sku": "Red mug", "price": 900}, "quantity": 2},
        {"product": {"name": "Mug", "price": 900}},
        {"quantity": 2},
        {"metadata": {"engraving": "Ann"}},
        {"related_object": "product", "price": 900},
    ],
)
def test_a_line_that_names_nothing_continues_the_one_of_its_price_and_amount(
    nameless: dict[str, object],
) -> None:
    before = lines(nameless)

    assert lines(nameless, before=before, request=2) == before


def test_lines_of_one_name_continue_in_their_order() -> None:
    before = lines(MUG, CUP, MUG)

    after = lines(MUG, MUG, MUG, CUP, before=before, request=2)

    new = request_ids(2).line(2)
    assert names_of(after) == [before[0].id, before[2].id, new, before[1].id]


def test_a_line_id_outranks_what_the_line_names() -> None:
    before = lines(MUG, MUG)

    after = lines({**CUP, "id": before[0].id}, MUG, before=before, request=2)

    assert names_of(after) == [before[0].id, before[1].id]


def test_a_line_id_is_given_out_once() -> None:
    before = lines(MUG)

    after = lines({"id": before[0].id}, {"id": before[0].id}, MUG, before=before, request=2)

    assert names_of(after) == [before[0].id, request_ids(2).line(1), request_ids(2).line(2)]


def test_a_line_id_that_the_order_does_not_have_is_not_taken_over() -> None:
    (line,) = lines({**MUG, "id": "ordli_ffffffffffffffffff"})

    assert line.id == request_ids().line(0)


def test_500_lines_of_one_name_continue_one_by_one() -> None:
    before = lines(*[MUG] * 500)

    after = lines(*[CUP] * 250, *[MUG] * 250, before=before, request=2)

    assert names_of(after[250:]) == names_of(before[:250])
    assert not set(names_of(after[:250])) & set(names_of(before))


def test_500_lines_continue_in_any_order() -> None:
    sent = [{"source_id": f"sku-{number}", "price": number} for number in range(500)]
    before = lines(*sent)

    after = lines(*reversed(sent), before=before, request=2)

    assert after == tuple(reversed(before))
