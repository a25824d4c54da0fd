"""Files that are too big for an item, or for others to fetch: exports, imports, reports.

Names are paths that open with what they are for and the project: `exports/<project>/<id>.csv`.
A file is written whole or not at all, and writing it again with the same bytes changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol, TypedDict

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from counterfoil.domain.errors import Unavailable
from counterfoil.storage.client import CONNECT_SECONDS, code_of, session_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_READ_SECONDS: Final = 10
# Without the right to list, the service says 403 of what is not there.
_MISSING: Final = frozenset({"NoSuchKey", "404", "AccessDenied", "403"})
_GONE: Final = frozenset({"NoSuchUpload", "InvalidPart", "404"})
# No part but the last may be shorter.
PART_BYTES: Final = 5 * 1024 * 1024
PARTS: Final = 10_000


class Body(Protocol):
    """What comes in as it is read."""

    def read(self) -> bytes:
        """All of it."""


class Found(TypedDict):
    """The part of an answer that is read here."""

    Body: Body


class Begun(TypedDict):
    """The part of an answer that is read here."""

    UploadId: str


class Uploaded(TypedDict):
    """The part of an answer that is read here."""

    ETag: str


class UploadGone(Exception):  # not a failure of ours: it may have been completed
    """There is no such upload any more, or it has not the parts that are named."""


class Client(Protocol):
    """The calls that the service makes."""

    def put_object(self, **request: object) -> object:
        """Keep a file."""

    def get_object(self, **request: object) -> Found:
        """A file."""

    def delete_object(self, **request: object) -> object:
        """Be rid of a file."""

    def head_object(self, **request: object) -> object:
        """Whether there is a file."""

    def create_multipart_upload(self, **request: object) -> Begun:
        """Begin a file that comes in parts."""

    def upload_part(self, **request: object) -> Uploaded:
        """One of its parts."""

    def complete_multipart_upload(self, **request: object) -> object:
        """The file of its parts."""

    def abort_multipart_upload(self, **request: object) -> object:
        """Be rid of the parts."""

    def generate_presigned_url(self, method: str, /, **request: object) -> str:
        """An address that is good for one call, for a while."""


@dataclass(frozen=True, slots=True)
class Files:
    """The bucket; its client is made for the first call."""

    bucket: str
    region: str | None = None
    endpoint: str | None = None

    def put(self, name: str, content: bytes, content_type: str) -> None:
        """Keep `content` under `name`, in place of what is there. Raises Unavailable."""
        try:
            self._client.put_object(
                Bucket=self.bucket, Key=name, Body=content, ContentType=content_type
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(unknown=True) from error

    def get(self, name: str) -> bytes | None:
        """What is kept under `name`; None for nothing. Raises Unavailable."""
        try:
            return self._client.get_object(Bucket=self.bucket, Key=name)["Body"].read()
        except ClientError as error:
            if code_of(error) in _MISSING:
                return None
            raise Unavailable(unknown=False) from error
        except BotoCoreError as error:
            raise Unavailable(unknown=False) from error

    def delete(self, name: str) -> None:
        """Be rid of `name`, whether it is there or not. Raises Unavailable."""
        try:
            self._client.delete_object(Bucket=self.bucket, Key=name)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(unknown=True) from error

    def address(self, name: str, seconds: int, shown_as: str) -> str:
        """Where a browser may fetch `name` for so long, to be saved as `shown_as`; no call."""
        params = {
            "Bucket": self.bucket,
            "Key": name,
            "ResponseContentDisposition": f'attachment; filename="{shown_as}"',
        }
        return self._client.generate_presigned_url("get_object", Params=params, ExpiresIn=seconds)

    def has(self, name: str) -> bool:
        """Whether there is a file `name`. Raises Unavailable."""
        try:
            self._client.head_object(Bucket=self.bucket, Key=name)
        except ClientError as error:
            if code_of(error) in _MISSING:
                return False
            raise Unavailable(unknown=False) from error
        except BotoCoreError as error:
            raise Unavailable(unknown=False) from error
        return True

    def begin(self, name: str, content_type: str) -> str:
        """An upload of `name` in parts; nothing is there before it is completed.

        Raises Unavailable. One that nobody completes is forgotten after a day.
        """
        try:
            begun = self._client.create_multipart_upload(
                Bucket=self.bucket, Key=name, ContentType=content_type
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(unknown=True) from error
        return begun["UploadId"]

    def upload(self, name: str, upload: str, number: int, content: bytes) -> str:
        """A part in place of what had its number; what names it when the upload is completed.

        Raises UploadGone, and Unavailable.
        """
        request = {"Key": name, "UploadId": upload, "PartNumber": number, "Body": content}
        try:
            return self._client.upload_part(Bucket=self.bucket, **request)["ETag"]
        except (BotoCoreError, ClientError) as error:
            raise _fault(error) from error

    def complete(self, name: str, upload: str, parts: Iterable[tuple[int, str]]) -> None:
        """`name` made of `parts`. Raises UploadGone, and Unavailable."""
        named = {"Parts": [{"PartNumber": number, "ETag": tag} for number, tag in parts]}
        try:
            self._client.complete_multipart_upload(
                Bucket=self.bucket, Key=name, UploadId=upload, MultipartUpload=named
            )
        except (BotoCoreError, ClientError) as error:
            raise _fault(error) from error

    def abort(self, name: str, upload: str) -> None:
        """Be rid of an upload and its parts, if it is there. Raises Unavailable."""
        try:
            self._client.abort_multipart_upload(Bucket=self.bucket, Key=name, UploadId=upload)
        except (BotoCoreError, ClientError) as error:
            fault = _fault(error)
            if isinstance(fault, Unavailable):
                raise fault from error

    @property
    def _client(self) -> Client:
        return connect(self.region, self.endpoint)


def _fault(error: Exception) -> UploadGone | Unavailable:
    if isinstance(error, ClientError) and code_of(error) in _GONE:
        return UploadGone()
    return Unavailable(unknown=True)


@cache
def connect(region: str | None, _endpoint: str | None) -> Client:
    """The process's client; botocore reads the endpoint, which here only tells clients apart."""
    client: Client = session_of("s3").create_client(  # type: ignore[assignment]  # botocore makes the methods at run time
        "s3",
        region_name=region,
        config=Config(
            retries={"total_max_attempts": 3},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            signature_version="s3v4",
            s3={"addressing_style": "path" if _endpoint else "auto"},
            user_agent="counterfoil",
        ),
    )
    return client
