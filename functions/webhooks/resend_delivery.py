"""POST …/webhooks/{webhookId}/deliveries/{deliveryId}/resend: one is tried once more."""

from counterfoil.api.auth import MANAGEMENT
from counterfoil.api.deliveries import delivery_answer, named_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.deliveries import resend

handler = endpoint(
    decode=named_request, operate=resend, encode=delivery_answer, opened_by=MANAGEMENT
)
