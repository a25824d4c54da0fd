"""POST /v1/validation-rules/{id}/backtest: what a rule would have made of stored orders."""

from counterfoil.api.backtests import backtest_answer, backtest_request
from counterfoil.api.endpoint import endpoint
from counterfoil.operations.backtests import backtest

handler = endpoint(decode=backtest_request, operate=backtest, encode=backtest_answer)
