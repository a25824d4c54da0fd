"""`make fuzz`: schemathesis against every operation of docs/openapi.json, on a shop in memory.

Rounds go on with further seeds until there were enough cases. It fails on an answer of 5xx, on a
status, a header or a type of content that is not described, and on a body that its schema refuses.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from local.errors import LocalError, ToolError
from local.settings import Settings
from local.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pydantic import JsonValue

SCHEMATHESIS: Final = ROOT / ".venv-fuzz" / "bin" / "schemathesis"
FOLDER: Final = ROOT / ".local" / "fuzz"
CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
HOW: Final = (
    *("--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off"),
    *("--request-timeout", "30", "--generation-database", "none", "--no-color"),
)
READY: Final = "Counterfoil is ready: "
ORIGIN: Final = "http://127.0.0.1"
# What the shop has from the start, which half of the requests that name something name.
KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "orderId": ("order-1001",),
    "customerId": ("customer-7",),
    "code": ("TOUR-10", "TOUR-GIFT"),
    "campaignId": ("Tour", "Tiers"),
    "productId": ("mug",),
    "skuId": ("mug-blue",),
    "projectId": ("local",),
}
_VOUCHER: Final = {"discount": {"type": "PERCENT", "percent_off": 10}}
_TIER: Final = {"name": "Five", "action": {"discount": {"type": "AMOUNT", "amount_off": 500}}}
SHOP: Final = (
    ("/v1/vouchers/TOUR-10", {"type": "DISCOUNT_VOUCHER", **_VOUCHER}),
    ("/v1/vouchers/TOUR-GIFT", {"type": "GIFT_VOUCHER", "gift": {"amount": 100_000}}),
    ("/v1/campaigns", {"name": "Tour", "voucher": {"type": "DISCOUNT_VOUCHER", **_VOUCHER}}),
    ("/v1/campaigns", {"name": "Tiers", "campaign_type": "PROMOTION"}),
    ("/v1/promotions/Tiers/tiers", _TIER),
    ("/v1/customers", {"source_id": "customer-7", "name": "Ann"}),
    ("/v1/orders", {"source_id": "order-1001", "amount": 5000}),
    ("/v1/products", {"source_id": "mug", "price": 900}),
    ("/v1/products/mug/skus", {"source_id": "mug-blue"}),
    ("/v1/segments", {"name": "Anns", "type": "static", "customers": ["customer-7"]}),
    ("/v1/categories", {"name": "Seasonal"}),
    ("/v1/validation-rules", {"name": "mugs"}),
)


def main(arguments: Sequence[str]) -> int:
    """Prints how many cases there were; 1 when some answer was not as it is described."""
    options = _options(arguments)
    headers = _headers(Settings.of(os.environ))
    try:
        with _served() as address:
            known = {**KNOWN, **_opened(address, headers)}
            return int(_rounds(Target(address, describe(known), headers), options))
    except LocalError as error:
        print(f"counterfoil: {error}", file=sys.stderr)
        return 1


def _rounds(target: Target, options: argparse.Namespace) -> bool:
    """Whether a round failed; none comes after it."""
    cases, seed, failed = 0, options.seed, False
    while cases < options.cases and not failed:
        found, failed = _round(target, seed, options)
        cases, seed = cases + found, seed + 1
        print(f"{cases} cases, seeds {options.seed} to {seed - 1}", flush=True)
    return failed


@contextmanager
def _served() -> Iterator[str]:
    """The address of a server of its own, with nothing in its table. Raises ToolError."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    process = _start()
    lines = iter(process.stdout or ())
    line = next((each for each in lines if each.startswith(READY)), "")
    # It logs every request: a full pipe would stop it.
    reader = threading.Thread(target=_keep, args=(lines,))
    reader.start()
    try:
        if not line:
            raise ToolError("the server did not start")
        yield line.removeprefix(READY).split()[0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        reader.join()


def _start() -> subprocess.Popen[str]:
    settings = {"PORT": "0", "COUNTERFOIL_DATA": ":memory:", "COUNTERFOIL_CLIENT_REDEEMS": "1"}
    return subprocess.Popen(
        (sys.executable, "-m", "local.serve"),
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        text=True,
    )


def _keep(lines: Iterator[str]) -> None:
    with (FOLDER / "server.log").open("w", encoding="utf-8") as log:
        log.writelines(lines)


def _headers(settings: Settings) -> Mapping[str, str]:
    """Every key, of which each route reads its own."""
    return {
        "X-App-Id": settings.app_id,
        "X-App-Token": settings.app_token,
        "X-Management-Id": settings.management_id,
        "X-Management-Token": settings.management_token,
        "X-Client-Application-Id": settings.client_id,
        "X-Client-Token": settings.client_token,
        "Origin": ORIGIN,
    }


def _opened(address: str, headers: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    """Fills the shop; the ids of what has no name of our choice."""
    ids = {path: _post(address + path, body, headers) for path, body in SHOP}
    body = {"redeemables": [{"object": "voucher", "id": "TOUR-10"}], "order": {"amount": 4000}}
    redeemed = _post(f"{address}/v1/redemptions", body, headers)
    export = _post(f"{address}/v1/exports", {"exported_object": "order"}, headers)
    found = redeemed.get("redemptions")
    record = found[0] if isinstance(found, list) else {}
    return {
        "tierId": (str(ids["/v1/promotions/Tiers/tiers"]["id"]),),
        "segmentId": (str(ids["/v1/segments"]["id"]),),
        "categoryId": (str(ids["/v1/categories"]["id"]),),
        "validationRuleId": (str(ids["/v1/validation-rules"]["id"]),),
        "redemptionId": (str(record["id"]) if isinstance(record, dict) else "",),
        "exportId": (str(export["id"]),),
    }


def _post(url: str, body: object, headers: Mapping[str, str]) -> dict[str, JsonValue]:
    content = json.dumps(body).encode()
    sent = {**headers, "Content-Type": "application/json"}
    request = urllib.request.Request(url, content, sent)  # noqa: S310  # an address of our own
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # as above
        document: dict[str, JsonValue] = json.loads(answer.read())
    return document


def describe(known: Mapping[str, Sequence[str]]) -> Path:
    """docs/openapi.json, whose parameters name things that there are as often as any others."""
    document = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    for item in document["paths"].values():
        for operation in item.values():
            for each in operation["parameters"]:
                if each["in"] == "path" and each["name"] in known:
                    each["schema"] = _either(known[each["name"]], each["schema"])
    redeemable = document["components"]["schemas"]["RedeemablePayload"]["properties"]
    redeemable["id"] = _either((*known["code"], *known["tierId"]), redeemable["id"])
    path = FOLDER / "openapi.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def _either(values: Sequence[str], schema: JsonValue) -> JsonValue:
    return {"anyOf": [{"type": "string", "enum": [*values]}, schema]}


@dataclass(frozen=True)
class Target:
    """What is asked: a server, by its description, with every key."""

    address: str
    description: Path
    headers: Mapping[str, str]


def _round(target: Target, seed: int, options: argparse.Namespace) -> tuple[int, bool]:
    """How many cases a run had, and whether it failed. Raises ToolError."""
    report = FOLDER / f"report-{seed}.json"
    command = [
        *(str(SCHEMATHESIS), "run", str(target.description), "--url", target.address),
        *("--seed", str(seed), "--phases", options.phases, "--checks", ",".join(CHECKS)),
        *("--max-examples", str(options.examples), "--workers", str(options.workers), *HOW),
        *("--report", "json", "--report-json-path", str(report)),
        *_repeated("--header", (f"{name}:{value}" for name, value in target.headers.items())),
        *_repeated("--include-operation-id", options.only),
    ]
    try:
        done = subprocess.run(command, check=False)
    except FileNotFoundError as error:
        raise ToolError(f"{SCHEMATHESIS} is missing: make fuzz") from error
    return _cases(report), done.returncode != 0


def _repeated(option: str, values: Iterable[str]) -> Iterator[str]:
    for each in values:
        yield from (option, each)


def _cases(report: Path) -> int:
    return int(json.loads(report.read_text("utf-8"))["test_cases"]["generated"])


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.fuzzing", description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000, help="how many at least, in all")
    parser.add_argument("--examples", type=int, default=40, help="per operation and round")
    parser.add_argument("--seed", type=int, default=1, help="of the first round")
    parser.add_argument("--workers", type=int, default=1, help="how many at once")
    parser.add_argument("--phases", default="examples,coverage,fuzzing,stateful")
    parser.add_argument("--only", action="append", default=[], help="an operation, by its name")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
