import { browser, client, host, refusal, tell } from "./client.mjs";

await client.vouchers.create({
  code: "JS-PAGE", type: "DISCOUNT_VOUCHER", discount: { type: "PERCENT", percent_off: 20 },
});
const redeemables = [{ object: "voucher", id: "JS-PAGE" }];
const page = browser("https://shop.example");

const preflight = await fetch(`${host}/client/v1/redemptions`, {
  method: "OPTIONS",
  headers: { "Access-Control-Request-Method": "POST", Origin: "https://shop.example" },
});
const allowed = preflight.headers.get("access-control-allow-headers");
const valid = await page.validateStackable({ redeemables, order: { amount: 1000 } });
const redeemed = await page.redeemStackable({ redeemables, order: { amount: 1000 } });
const code = await page.validate({
  code: "JS-PAGE",
  items: [{ source_id: "mug", quantity: 2, price: 500, metadata: { engraved: "yes" } }],
  customer: { source_id: "dan@js.test", metadata: { tier: "gold" } },
  orderMetadata: { basket: "7" },
});
const alone = await page.validate("JS-PAGE");
const redeemed_code = await page.redeem("JS-PAGE", { order: { amount: 500 } });
const elsewhere = await refusal(
  browser("https://evil.example").validateStackable({ redeemables, order: { amount: 1000 } }),
);

tell({ preflight: preflight.status, allowed, valid, redeemed, code, alone, redeemed_code, elsewhere });
