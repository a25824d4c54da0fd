import { client, tell } from "./client.mjs";

await client.vouchers.create({
  code: "JS-ONE", type: "DISCOUNT_VOUCHER", discount: { type: "PERCENT", percent_off: 10 },
});

const single = await client.redemptions.redeem("JS-ONE", { order: { amount: 1000 } });
const found = await client.redemptions.get(single.id);
const rollback = await client.redemptions.rollback(single.id, "return");

tell({ single, found, rollback });
