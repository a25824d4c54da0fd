"""GET /v1/reports/{period}/{label}: the report of a day, a week or a month."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.reports import report_answer, report_request
from counterfoil.operations.reports import get

handler = endpoint(decode=report_request, operate=get, encode=report_answer)
