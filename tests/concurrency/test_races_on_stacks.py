"""Stacks of five kinds against single redemptions of their members: sums hold, amounts are whole.

Each kind is limited by something else: by a quantity, by a campaign's voucher's own, by credits.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import pytest

from local.gateway import HttpRequest
from tests.concurrency import mixed_stacks
from tests.concurrency.crew import Crew
from tests.concurrency.engines import EVERY_ENGINE
from tests.concurrency.ledger import Ledger
from tests.concurrency.mixed_stacks import CREDITS, Mixed, asking, stocked
from tests.concurrency.shop import LINES, Shop, key_of, redemption_of, statuses
from tests.concurrency.worker import Outcome

pytestmark = [pytest.mark.engine, EVERY_ENGINE]

EXHAUSTED = {None, "quantity_exceeded", "gift_amount_exceeded"}


def singles(shop: Shop, stack: Mixed) -> list[HttpRequest]:
    """Each member alone, in the order of `Mixed.redeemables`."""
    return [asking(shop, each) for each in stack.redeemables]


def counts(stacks: Sequence[Outcome], alone: Sequence[Outcome]) -> list[int]:
    """How often each member was redeemed by these answers; `alone` goes round the members."""
    whole = statuses(stacks).count(200)
    by_member = [alone[place :: mixed_stacks.MEMBERS] for place in range(mixed_stacks.MEMBERS)]
    return [whole + statuses(each).count(200) for each in by_member]


def require_counted(ledger: Ledger, tag: str, redeemed: Iterable[int], card: int) -> None:
    """Fails unless every counter says how often its member is redeemed, the campaign's too."""
    limited, free, member, tier, spent = redeemed
    assert mixed_stacks.counted(ledger, tag) == (
        *(limited, free, spent, member, tier, member),
        *(spent * CREDITS, card - spent * CREDITS),
    )


def require_whole(ledger: Ledger, outcomes: Iterable[Outcome]) -> None:
    """Fails unless every order that was answered is stored so, and its lines make its amount."""
    for outcome in outcomes:
        if outcome.status == 200:
            told = outcome.body["order"]
            assert isinstance(told, dict)
            order = ledger.orders[str(told["id"])].order
            lines = sum((each.price or 0) * (each.quantity or 0) for each in order.items)
            discounts = sum(each.in_force.total for each in order.redemptions)
            assert (order.amount, order.total_amount) == (lines, lines - discounts)
            assert (told["amount"], told["total_amount"]) == (order.amount, order.total_amount)


def test_a_stack_and_its_members_at_once_take_what_there_is_and_no_more(
    shop: Shop, crew: Crew
) -> None:
    for number in range(shop.engine.rounds(3, 1)):
        tag, card = f"t{number}", 9 * CREDITS + 100
        stack = stocked(shop, tag, quantity=8, card=card, of_member=7)

        outcomes = crew.visits([stack.redeeming(shop)] * 10 + singles(shop, stack) * 5)

        assert {key_of(it) for it in outcomes} <= EXHAUSTED, Counter(map(key_of, outcomes))
        ledger = shop.require_sound()
        redeemed = counts(outcomes[:10], outcomes[10:])
        require_counted(ledger, tag, redeemed, card)
        assert statuses(outcomes).count(400) > 0
        require_whole(ledger, outcomes)


def test_what_rollbacks_of_stacks_free_is_taken_by_others_once(shop: Shop, crew: Crew) -> None:
    for number in range(shop.engine.rounds(3, 1)):
        tag, card = f"t{number}", 4 * CREDITS
        stack = stocked(shop, tag, quantity=4, card=card, of_member=4)
        done = [redemption_of(shop.done(stack.redeeming(shop)).body) for _ in range(4)]

        undone, outcomes = [shop.undoing(each) for each in done * 2], singles(shop, stack) * 6
        answers = crew.visits([*undone, *outcomes])

        assert statuses(answers[:8]).count(200) == 4
        assert {key_of(it) for it in answers[8:]} <= EXHAUSTED
        require_counted(shop.require_sound(), tag, counts([], answers[8:]), card)


def test_stacks_on_one_stored_order_and_their_rollbacks_leave_it_whole(
    shop: Shop, crew: Crew
) -> None:
    for number in range(shop.engine.rounds(3, 1)):
        tag = f"t{number}"
        stack, order = stocked(shop, tag), {"id": shop.order(source_id=tag)}
        first = redemption_of(shop.done(stack.redeeming(shop, order=order)).body)

        changes = [shop.undoing(first), shop.changing(tag, items=LINES[:1])] * 4
        crew.visits([*changes, *[stack.redeeming(shop, order=order)] * 4])

        shop.require_sound()


def test_sessions_of_stacks_and_stacks_at_once_never_hold_more_than_there_is(
    shop: Shop, crew: Crew
) -> None:
    for number in range(shop.engine.rounds(3, 1)):
        tag, card = f"t{number}", 6 * CREDITS
        stack = stocked(shop, tag, quantity=5, card=card)
        locks = [stack.locking(shop, f"{tag}-{n}") for n in range(10)]

        outcomes = crew.visits([*locks, *[stack.redeeming(shop)] * 10])

        held = [it.body["valid"] is True for it in outcomes[:10]]
        assert sum(held) + statuses(outcomes[10:]).count(200) == 5
        assert shop.require_sound().counter(stack.limited).taken == 5
        redeemed = crew.visits(
            [stack.redeeming(shop, session={"key": f"{tag}-{n}"}) for n in range(10)]
        )
        assert [it.status == 200 for it in redeemed] == held
        counter = shop.require_sound().counter(stack.limited)
        assert (counter.used, counter.taken) == (5, 5)
        # Of sessions that end in one millisecond, the attribute stays until the next write.
        assert all(each.is_empty for each in counter.holds)
