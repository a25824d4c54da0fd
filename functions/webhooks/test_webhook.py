"""POST …/webhooks/{webhookId}/test: a delivery of nothing that happened."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.deliveries import delivery_answer
from counterfoil.api.endpoint import endpoint
from counterfoil.api.webhooks import named_request
from counterfoil.operations.deliveries import send_test

handler = endpoint(
    decode=named_request, operate=send_test, encode=delivery_answer, opened_by=MANAGEMENT
)
