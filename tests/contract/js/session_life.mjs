import { client, tell } from "./client.mjs";

await client.vouchers.create({
  code: "JS-LOCK",
  type: "DISCOUNT_VOUCHER",
  discount: { type: "AMOUNT", amount_off: 1 },
  redemption: { quantity: 1 },
});
const redeemables = [{ object: "voucher", id: "JS-LOCK" }];
const validate = (key) =>
  client.validations.validateStackable({
    redeemables,
    order: { amount: 100 },
    session: { type: "LOCK", key, ttl: 1, ttl_unit: "HOURS" },
  });

const first = await validate("js-a");
const second = await validate("js-b");
await client.vouchers.releaseValidationSession("JS-LOCK", "js-a");
const third = await validate("js-b");
const redeemed = await client.redemptions.redeemStackable({
  redeemables, order: { amount: 100 }, session: { type: "LOCK", key: "js-b" },
});

tell({ first, second, third, redeemed });
