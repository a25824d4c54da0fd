"""A queue that cannot be reached: nothing is taken for sent that may not be."""

import pytest

from counterfoil.domain.deliveries import Notice
from counterfoil.domain.errors import Unavailable
from counterfoil.storage.delivery_queue import DeliveryQueue

NOTICE = Notice("shop", "wh_1", "customer.order.paid", "O#ord_1", 1, "2026-03-14T09:26:53.589Z")


@pytest.fixture
def missing(table: str) -> DeliveryQueue:
    assert table
    return DeliveryQueue("https://sqs.eu-central-1.amazonaws.com/1/Missing.fifo", "eu-central-1")


def test_what_cannot_be_sent_is_said_so(missing: DeliveryQueue) -> None:
    assert missing.send([NOTICE, NOTICE]) == {0, 1}


def test_what_cannot_be_put_off_is_said_so(missing: DeliveryQueue) -> None:
    with pytest.raises(Unavailable):
        missing.put_off("receipt", 10)
