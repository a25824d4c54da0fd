"""The queue's worker: go on with an async action."""

from counterfoil.api.worker import worker
from counterfoil.operations.async_work import work

handler = worker(work)
