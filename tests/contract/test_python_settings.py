"""The vendor's Python client sets a project up: stacking rules, categories, validation rules."""

import pytest
import voucherify
from voucherify.exceptions import ApiException, NotFoundException

from tests.contract.sent import a_voucher

pytestmark = pytest.mark.engine


def test_stacking_rules_are_made_changed_and_taken_away(client: voucherify.ApiClient) -> None:
    management = voucherify.ManagementApi(client)
    body = voucherify.ManagementProjectsStackingRulesCreateRequestBody.from_dict(
        {"applicable_redeemables_limit": 3, "redeemables_application_mode": "ALL"}
    )
    change = voucherify.ManagementProjectsStackingRulesUpdateRequestBody.from_dict(
        {"applicable_redeemables_limit": 4}
    )

    made = management.create_stacking_rules("local", body)
    try:
        with pytest.raises(ApiException, match="409"):
            management.create_stacking_rules("local", body)
        changed = management.update_stacking_rules("local", made.id, change)
        listed = management.list_stacking_rules("local")
    finally:
        management.delete_stacking_rules("local", made.id)

    assert made.applicable_redeemables_limit == 3
    assert changed.applicable_redeemables_limit == 4
    assert [each.id for each in listed.data] == [made.id]


def test_categories_are_made_changed_listed_and_deleted(client: voucherify.ApiClient) -> None:
    categories = voucherify.CategoriesApi(client)
    made = categories.create_category(
        voucherify.CategoriesCreateRequestBody.from_dict({"name": "Py first", "hierarchy": 5})
    )
    changed = categories.update_category(
        made.id,
        voucherify.CategoriesUpdateRequestBody.from_dict({"name": "Py second", "hierarchy": 6}),
    )

    assert (changed.name, changed.hierarchy) == ("Py second", 6)
    assert categories.get_category(made.id).name == "Py second"
    assert made.id in [each.id for each in categories.list_categories().data]
    categories.delete_category(made.id)
    with pytest.raises(NotFoundException):
        categories.get_category(made.id)


def test_a_rule_limits_a_voucher_to_a_product(
    client: voucherify.ApiClient, vouchers: voucherify.VouchersApi
) -> None:
    rules = voucherify.ValidationRulesApi(client)
    mug = {"object": "product", "source_id": "py-rule-mug", "effect": "APPLY_TO_EVERY"}
    product = voucherify.ProductsApi(client).create_product(
        voucherify.ProductsCreateRequestBody.from_dict({"source_id": "py-rule-mug", "name": "Mug"})
    )
    a_voucher(vouchers, "PY-RULED", {"type": "PERCENT", "percent_off": 50})
    made = rules.create_validation_rules(
        voucherify.ValidationRulesCreateRequestBody.from_dict(
            {
                "name": "Py mugs only",
                "rules": {},
                "applicable_to": {"included": [{**mug, "id": product.id}], "included_all": False},
            }
        )
    )
    assigned = rules.create_validation_rule_assignment(
        made.id,
        validation_rules_assignments_create_request_body=(
            voucherify.ValidationRulesAssignmentsCreateRequestBody.from_dict(
                {"related_object_type": "voucher", "related_object_id": "PY-RULED"}
            )
        ),
    )
    lines = [
        {"product_id": product.id, "quantity": 1, "price": 1000},
        {"product_id": "prod_other", "quantity": 1, "price": 1000},
    ]
    valid = voucherify.ValidationsApi(client).validate_stacked_discounts(
        voucherify.ValidationsValidateRequestBody.from_dict(
            {
                "redeemables": [{"object": "voucher", "id": "PY-RULED"}],
                "order": {"items": lines},
            }
        )
    )

    assert rules.get_validation_rule(made.id).name == "Py mugs only"
    assert assigned.related_object_type == "voucher"
    assert [each.id for each in rules.list_validation_rule_assignments(made.id).data] == [
        assigned.id
    ]
    assert [each.id for each in valid.redeemables[0].applicable_to.data] == [product.id]


def test_webhooks_are_made_changed_listed_and_deleted(client: voucherify.ApiClient) -> None:
    management = voucherify.ManagementApi(client)
    body = voucherify.ManagementProjectsWebhooksCreateRequestBody.from_dict(
        {"target_url": "https://shop.example/py", "events": ["redemption.succeeded"]}
    )
    change = voucherify.ManagementProjectsWebhooksUpdateRequestBody.from_dict(
        {"target_url": "https://shop.example/py2", "events": None, "active": False}
    )

    made = management.create_webhook("local", body)
    changed = management.update_webhook("local", made.id, change)
    read = management.get_webhook("local", made.id)
    listed = management.list_webhooks("local")
    management.delete_webhook("local", made.id)

    assert (made.target_url, made.active) == ("https://shop.example/py", True)
    assert (changed.target_url, changed.active) == ("https://shop.example/py2", False)
    assert (read.events, read.active) == (["redemption.succeeded"], False)
    assert made.id in [each.id for each in listed.data]
    with pytest.raises(NotFoundException):
        management.get_webhook("local", made.id)
