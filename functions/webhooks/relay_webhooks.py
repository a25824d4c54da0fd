"""The table's stream: what happened goes to the queue of deliveries."""

from counterfoil.api.relay import relaying
from counterfoil.operations.webhook_relay import relay

handler = relaying(relay)
