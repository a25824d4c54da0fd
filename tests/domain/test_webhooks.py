"""Webhooks as values: made once whatever is repeated, and told by ids that no retry changes."""

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.deliveries import Notice, sendings
from counterfoil.domain.occurrences import delivery_id, event_id
from counterfoil.domain.webhook_payloads import WebhookPayload
from counterfoil.domain.webhooks import Webhooks, with_webhook
from tests.builders import NOW

AT = "2026-03-14T09:26:53.589Z"


def test_a_webhook_that_an_earlier_try_made_is_not_made_again() -> None:
    payload = WebhookPayload(target_url="https://shop.example/")
    once = with_webhook(Webhooks(), payload, ("wh_1", "s"), NOW)

    assert with_webhook(once, payload, ("wh_1", "s"), NOW) is once


def test_ids_tell_apart_what_is_not_the_same() -> None:
    parts = [
        ("shop", "O#ord_1", 1, "customer.order.paid"),
        ("shop2", "O#ord_1", 1, "customer.order.paid"),
        ("shop", "O#ord_2", 1, "customer.order.paid"),
        ("shop", "O#ord_1", 2, "customer.order.paid"),
        ("shop", "O#ord_1", 1, "customer.order.updated"),
    ]
    events = [event_id(*each) for each in parts]

    assert len(set(events)) == len(parts)
    assert len({delivery_id(AT, webhook, events[0]) for webhook in ("wh_1", "wh_2")}) == 2
    assert delivery_id(AT, "wh_1", events[0]) < delivery_id("2026-03-14T09:26:53.590Z", "", "")


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 30))))
def test_all_is_sent_once_ten_at_a_time_and_of_a_group_in_order_and_one_at_a_time(
    wanted: list[tuple[str, int]],
) -> None:
    notices = [Notice("p", hook, "n", f"O#{order}", 1, AT) for hook, order in wanted]

    sent = list(sendings(notices))

    assert sorted(place for chosen in sent for place in chosen) == list(range(len(notices)))
    for chosen in sent:
        assert 1 <= len(chosen) <= 10
        assert len({notices[place].group for place in chosen}) == len(chosen)
    for group in {each.group for each in notices}:
        order = [it for chosen in sent for it in chosen if notices[it].group == group]
        assert order == sorted(order)
