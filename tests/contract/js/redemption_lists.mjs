import { client, tell } from "./client.mjs";

await client.vouchers.create({
  code: "JS-LISTED", type: "DISCOUNT_VOUCHER", discount: { type: "AMOUNT", amount_off: 1 },
});
const redeemed = await client.redemptions.redeem("JS-LISTED", {
  order: { amount: 5 }, customer: { source_id: "cat@js.test" },
});

const filtered = await client.redemptions.list({
  limit: 10,
  page: 1,
  result: "SUCCESS",
  filters: { junction: "AND", voucher_code: { conditions: { $is: ["JS-LISTED"] } } },
});
const of_customer = await client.redemptions.list({ customer: "cat@js.test" });
const before = await client.redemptions.list({
  customer: "cat@js.test", created_at: { before: "2020-01-01T00:00:00Z" },
});
const of_voucher = await client.redemptions.getForVoucher("JS-LISTED");

tell({ redeemed, filtered, of_customer, before, of_voucher });
