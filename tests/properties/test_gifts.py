"""What holds for every gift card, whatever is put on it, taken off it, spent and given back."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.counters import GiftBalance
from counterfoil.domain.errors import InvalidAddBalance, Refusal
from counterfoil.domain.gift_definitions import credited
from counterfoil.domain.gifts import Card, spend
from counterfoil.domain.money import MAX_AMOUNT
from tests.builders import a_gift_card, an_order

CARD = a_gift_card()
AMOUNTS = st.one_of(st.integers(0, 50), st.sampled_from((0, MAX_AMOUNT - 10, MAX_AMOUNT)))
STEPS = st.one_of(
    st.tuples(st.just("by hand"), st.integers(-50, 50) | AMOUNTS, st.none()),
    st.tuples(st.just("spend"), AMOUNTS, st.none() | AMOUNTS),
    st.tuples(st.just("give back"), st.integers(0, 5), st.none()),
)


@dataclass
class Sums:
    """The same money, summed up from what was done."""

    opening: int
    by_hand: list[int] = field(default_factory=list)
    live: list[int] = field(default_factory=list)

    @property
    def money(self) -> GiftBalance:
        loaded = self.opening + sum(each for each in self.by_hand if each > 0)
        subtracted = -sum(each for each in self.by_hand if each < 0)
        spent = sum(self.live)
        return GiftBalance(loaded, subtracted, spent, loaded - subtracted - spent)


def stepped(money: GiftBalance, sums: Sums, step: tuple[str, int, int | None]) -> GiftBalance:
    """The card after `step`, which is added to `sums` if it can be done at all."""
    kind, amount, asked = step
    if kind == "by hand":
        try:
            after = credited(CARD, money, amount)
        except InvalidAddBalance:
            return money
        sums.by_hand.append(amount)
        return after
    if kind == "spend":
        taken = spend(
            Card("GIFT", "APPLY_TO_ORDER", money.available, asked), an_order(amount=amount)
        )
        if isinstance(taken, Refusal):
            return money
        assert taken.total <= amount
        sums.live.append(taken.total)
        return money.less(taken.total)
    return money.less(-sums.live.pop(amount % len(sums.live))) if sums.live else money


@given(AMOUNTS, st.lists(STEPS, max_size=30))
def test_a_cards_money_is_what_was_done_to_it_and_never_below_zero(
    opening: int, steps: list[tuple[str, int, int | None]]
) -> None:
    money, sums = GiftBalance.opening(opening), Sums(opening)
    for step in steps:
        money = stepped(money, sums, step)

        assert money == sums.money
        assert min(money.balance, money.spent, money.subtracted) >= 0
        assert money.balance == money.available == money.loaded - money.subtracted - money.spent
        assert money.loaded <= MAX_AMOUNT
