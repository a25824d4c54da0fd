"""Cursors of lists: read as they were written, and by their own list only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.errors import InvalidCursor
from counterfoil.domain.list_cursors import Cursor, Listing

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
cursors = st.builds(Cursor, sort=texts, id=texts, total=st.integers(0, 10**12))
listings = st.builds(Listing, project=texts, name=texts, order=texts, filters=texts)


@given(listings, cursors)
def test_a_cursor_is_read_as_it_was_written(listing: Listing, cursor: Cursor) -> None:
    written = listing.written(cursor)

    assert listing.read(written) == cursor
    assert written.isascii()
    assert not {"=", "+", "/", "&", "#"} & set(written)


@given(listings, listings, cursors)
def test_a_cursor_of_another_list_is_refused(one: Listing, other: Listing, cursor: Cursor) -> None:
    if one == other:
        return
    with pytest.raises(InvalidCursor):
        other.read(one.written(cursor))


@given(listings, cursors, st.data())
def test_a_cursor_that_was_changed_is_refused(
    listing: Listing, cursor: Cursor, data: st.DataObject
) -> None:
    written = listing.written(cursor)
    at = data.draw(st.integers(0, len(written) - 1))
    letter = data.draw(st.sampled_from("Aa0-_=é#"))
    changed = written[:at] + letter + written[at + 1 :]
    if changed == written:
        return

    with pytest.raises(InvalidCursor):
        listing.read(changed)


@given(listings, st.text(max_size=60))
def test_any_other_text_is_refused(listing: Listing, text: str) -> None:
    with pytest.raises(InvalidCursor):
        listing.read(text)


@pytest.mark.parametrize("text", ["", "A" * 9_000, "AAAAAAAAAAAAAAAA", "\ud800", "e30"])
def test_what_no_list_has_written_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        Listing("demo", "orders", "-created_at").read(text)


def test_a_place_longer_than_a_sort_key_is_refused() -> None:
    listing = Listing("demo", "orders", "-created_at")
    endless = Cursor.model_construct(sort="é" * 600, id="O#1", total=0)

    with pytest.raises(InvalidCursor):
        listing.read(listing.written(endless))
