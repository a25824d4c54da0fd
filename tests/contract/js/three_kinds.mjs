import { browser, client, tell } from "./client.mjs";

await client.campaigns.create({
  name: "JS Codes",
  campaign_type: "DISCOUNT_COUPONS",
  voucher: { type: "DISCOUNT_VOUCHER", discount: { type: "PERCENT", percent_off: 10 } },
});
const { code } = await client.campaigns.addVoucher("JS Codes");
await client.vouchers.create({ code: "JS-CARD", type: "GIFT_VOUCHER", gift: { amount: 5000 } });
const promotion = await client.promotions.create({
  name: "JS Promotion", campaign_type: "PROMOTION", type: "AUTO_UPDATE",
});
const tier = await client.promotions.tiers.create(promotion.id, {
  name: "Five off", banner: "5.00 off", action: { discount: { type: "AMOUNT", amount_off: 500 } },
});
const tiers = await client.promotions.tiers.list(promotion.id);
const order = { source_id: "js-three-kinds", amount: 10000 };
const two = [
  { object: "voucher", id: code },
  { object: "promotion_tier", id: tier.id },
];
const three = [...two, { object: "voucher", id: "JS-CARD", gift: { credits: 2000 } }];

const valid = await client.validations.validateStackable({ redeemables: two, order });
const of_tier = await client.promotions.validate({ order });
const asked = { scenario: "ALL", order, options: { limit: 50, expand: ["redeemable"] } };
const qualified = await client.qualifications.checkEligibility(asked);
const page = await browser("https://shop.example").qualifications(asked);
const redeemed = await client.redemptions.redeemStackable({ redeemables: three, order });
const spent = await client.vouchers.get("JS-CARD");
const undone = await client.redemptions.rollbackStackable(redeemed.parent_redemption.id, {});
const back = await client.vouchers.get("JS-CARD");
const alone = await client.promotions.tiers.redeem(tier.id, { order: { amount: 1000 } });

tell({ code, tier, tiers, valid, of_tier, qualified, page, redeemed, spent, undone, back, alone });
