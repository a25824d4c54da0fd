import { client, refusal, tell } from "./client.mjs";

const made = await client.vouchers.create({
  code: "JS-GIFT", type: "GIFT_VOUCHER", gift: { amount: 10000 },
});
const spend = (credits) => ({
  redeemables: [{ object: "voucher", id: "JS-GIFT", gift: { credits } }],
  order: { amount: 8000 },
});

const valid = await client.validations.validateStackable(spend(3000));
const of_one = await client.validations.validateVoucher("JS-GIFT", {
  order: { amount: 8000 }, gift: { credits: 3000 },
});
const redeemed = await client.redemptions.redeemStackable(spend(3000));
const after = await client.vouchers.get("JS-GIFT");
const too_much = await refusal(client.redemptions.redeemStackable(spend(7001)));
const undone = await client.redemptions.rollback(redeemed.redemptions[0].id, "return");
const restored = await client.vouchers.get("JS-GIFT");
const topped = await client.vouchers.balance.create("JS-GIFT", { amount: 500 });
const full = await client.vouchers.get("JS-GIFT");

tell({ made, valid, of_one, redeemed, after, too_much, undone, restored, topped, full });
