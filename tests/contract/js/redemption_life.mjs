import { client, refusal, tell } from "./client.mjs";

const items = [{ source_id: "mug", related_object: "product", quantity: 2, price: 2400 }];
const order = { source_id: "js-redeemed", items };
const customer = { source_id: "bob@js.test" };
for (const [code, discount] of [
  ["JS-10", { type: "PERCENT", percent_off: 10 }],
  ["JS-500", { type: "AMOUNT", amount_off: 500 }],
]) {
  await client.vouchers.create({ code, type: "DISCOUNT_VOUCHER", discount });
}
const redeemables = [
  { object: "voucher", id: "JS-10" },
  { object: "voucher", id: "JS-500" },
];

const valid = await client.validations.validateStackable({ redeemables, order, customer });
const of_one = await client.validations.validateVoucher("JS-10", { order, customer });
const of_none = await client.validations.validateVoucher("JS-NONE", { order });
const redeemed = await client.redemptions.redeemStackable({ redeemables, order, customer });
const undone = await client.redemptions.rollbackStackable(redeemed.parent_redemption.id, {
  reason: "return", order: { status: "PAID" },
});
const twice = await refusal(
  client.redemptions.rollbackStackable(redeemed.parent_redemption.id, {}),
);
const left = await client.orders.get("js-redeemed");

tell({ valid, of_one, of_none, redeemed, undone, twice, left });
