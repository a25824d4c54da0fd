import { client, refusal, tell } from "./client.mjs";

const category = await client.categories.create({ name: "JS first", hierarchy: 5 });
const renamed = await client.categories.update(category.id, { name: "JS second", hierarchy: 6 });
const categories = await client.categories.list();
await client.categories.delete(category.id);
const no_category = await refusal(client.categories.get(category.id));

const mug = await client.products.create({ source_id: "js-rule-mug", name: "Mug" });
await client.vouchers.create({
  code: "JS-RULED", type: "DISCOUNT_VOUCHER", discount: { type: "PERCENT", percent_off: 50 },
});
const rule = await client.validationRules.create({
  name: "JS mugs only",
  rules: {},
  applicable_to: { included: [{ object: "product", id: mug.id }], included_all: false },
});
const assignment = await client.validationRules.createAssignment(rule.id, {
  voucher: "JS-RULED",
});
const assignments = await client.validationRules.listAssignments(rule.id);
const valid = await client.validations.validateVoucher("JS-RULED", {
  order: {
    items: [
      { product_id: mug.id, quantity: 1, price: 1000 },
      { product_id: "prod_other", quantity: 1, price: 1000 },
    ],
  },
});

tell({ category, renamed, categories, no_category, mug, rule, assignment, assignments, valid });
