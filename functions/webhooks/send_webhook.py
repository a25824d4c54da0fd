"""The queue of deliveries: one webhook is told of one event."""

from counterfoil.api.sender import sending
from counterfoil.api.webhook_messages import posting
from counterfoil.operations.webhook_sender import send

handler = sending(send, posting)
