"""GET /v1/reports/{period}: the reports that are kept."""

from counterfoil.api.endpoint import endpoint
from counterfoil.api.reports import reports_answer, reports_request
from counterfoil.operations.reports import list_reports

handler = endpoint(decode=reports_request, operate=list_reports, encode=reports_answer)
