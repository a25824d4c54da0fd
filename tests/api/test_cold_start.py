"""What happens while Lambda imports a handler, and only there: seen in processes of their own."""

import os
import subprocess
import sys
from typing import Final

import pytest

from local.template import ROOT

LAMBDA: Final = {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1"}
FUNCTION: Final = {
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "COUNTERFOIL_TABLE": "counterfoil",
    "PYTHONPATH": str(ROOT / "functions"),
}
SEEN: Final = """
import gc
import orders.get_order, health.get_health
from counterfoil.api import stores
print(gc.isenabled(), gc.get_freeze_count() > 100_000, stores._client.cache_info().currsize)
"""
HEAVY: Final = """
import sys
import health.get_health, fallback.refuse_route
print(sorted({"boto3", "botocore.client", "pydantic"} & set(sys.modules)))
"""
UNUSED: Final = """
import sys
import redemptions.redeem_stack, orders.create_order
unused = {"boto3", "aws_lambda_powertools.event_handler", "jinja2", "markupsafe"}
print(sorted(unused & set(sys.modules)))
"""
RENDERING: Final = f"""
import importlib, pathlib, sys
folder = pathlib.Path({str(ROOT / "functions")!r})
for path in sorted(folder.glob("*/*.py")):
    if path.stem != "serve_dashboard":
        importlib.import_module(f"{{path.parent.name}}.{{path.stem}}")
print(sorted({{"jinja2", "markupsafe", "counterfoil.api.dashboard.pages"}} & set(sys.modules)))
"""
# Models and writers of other endpoints, which crept in more than once: each costs a millisecond.
LEFT_OUT: Final = {
    "redemptions.redeem_stack": {
        "api.explanations",
        "domain.category_payloads",
        "domain.effect_traces",
        "domain.rollback_payloads",
        "domain.rule_payloads",
        "domain.stacking_rule_payloads",
        "domain.voucher_payloads",
        "operations.rollbacks",
        "operations.validation_rules",
        "operations.vouchers",
    },
    "validations.validate_stack": {
        "api.explanations",
        "domain.effect_traces",
        "domain.records",
        "domain.stacking_rule_payloads",
        "operations.carts",
        "operations.orders",
        "operations.redemptions",
    },
    "orders.get_order": {"domain.redemption_payloads", "domain.stacking", "domain.vouchers"},
    "orders.create_order": {"domain.redemption_payloads", "domain.stacking", "domain.vouchers"},
    "vouchers.get_voucher": {
        "domain.order_payloads",
        "domain.stacking",
        "domain.voucher_payloads",
        "operations.catalogue",
        "operations.vouchers",
    },
    "vouchers.create_voucher": {
        "domain.rule_payloads",
        "domain.stacking",
        "operations.redeemables",
        "operations.validation_rules",
    },
    "redemptions.list_redemptions": {
        "domain.order_payloads",
        "domain.stacking",
        "operations.orders",
        "operations.vouchers",
    },
}
LOADED: Final = """
import importlib, sys
importlib.import_module({handler!r})
print(*(name.removeprefix("counterfoil.") for name in sys.modules))
"""
# Each module is imported as if it were the first: what an earlier one turned on does not count.
COLLECTING: Final = f"""
import gc, importlib, pathlib
folder = pathlib.Path({str(ROOT / "functions")!r})
without = []
for path in sorted(folder.glob("*/*.py")):
    gc.disable()
    importlib.import_module(f"{{path.parent.name}}.{{path.stem}}")
    if not gc.isenabled():
        without.append(path.stem)
print(without)
"""


def seen_by(program: str, **environment: str) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(  # noqa: S603  # our own program
        (sys.executable, "-c", program),
        env={**kept, **FUNCTION, **environment},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.strip()


def test_lambda_makes_the_client_with_the_import_and_freezes_what_it_made() -> None:
    assert seen_by(SEEN, **LAMBDA) == "True True 1"


def test_elsewhere_the_client_waits_for_the_first_request() -> None:
    assert seen_by(SEEN) == "True False 0"


def test_what_needs_no_store_loads_neither_client_nor_models() -> None:
    assert seen_by(HEAVY) == "[]"


def test_only_the_dashboard_loads_what_renders_its_pages() -> None:
    assert seen_by(RENDERING) == "[]"


def test_no_handler_loads_the_resource_layer_or_a_second_router() -> None:
    assert seen_by(UNUSED) == "[]"


@pytest.mark.parametrize("handler", LEFT_OUT)
def test_a_handler_leaves_out_what_other_endpoints_need(handler: str) -> None:
    loaded = set(seen_by(LOADED.format(handler=handler)).split())

    assert LEFT_OUT[handler] & loaded == set()


def test_what_is_left_out_exists() -> None:
    named = {
        ROOT / "shared/counterfoil" / name.replace(".", "/")
        for each in LEFT_OUT.values()
        for name in each
    }

    assert [path for path in named if not path.with_suffix(".py").exists()] == []


def test_every_handler_leaves_the_collector_on() -> None:
    assert seen_by(COLLECTING, **LAMBDA) == "[]"
