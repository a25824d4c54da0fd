from counterfoil.domain.allocations import NOTHING, Allocation

BOTH = Allocation(order=5, lines={"a": 10, "b": 20})


def test_a_total_is_the_order_level_part_and_all_parts_of_lines() -> None:
    assert BOTH.lines_total == 30
    assert BOTH.total == 35
    assert NOTHING.total == 0


def test_allocations_add_up_line_by_line() -> None:
    together = BOTH.plus(Allocation(order=1, lines={"b": 2, "c": 3}))

    assert together == Allocation(order=6, lines={"a": 10, "b": 22, "c": 3})


def test_nothing_adds_nothing() -> None:
    assert BOTH.plus(NOTHING) == BOTH
    assert NOTHING.plus(BOTH) == BOTH


def test_adding_leaves_both_parts_as_they_were() -> None:
    one, other = Allocation(lines={"a": 10}), Allocation(lines={"a": 1})

    one.plus(other)

    assert (one.lines, other.lines) == ({"a": 10}, {"a": 1})
