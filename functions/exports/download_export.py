"""GET /v1/exports/{exportId}/download: the file of an export, for who has the token of it."""

from counterfoil.api.downloads import download as handler_of
from counterfoil.operations.exports import download

handler = handler_of(download)
