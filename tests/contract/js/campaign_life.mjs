import { client, refusal, tell } from "./client.mjs";

const name = "JS Spring";
const template = {
  type: "DISCOUNT_VOUCHER",
  discount: { type: "PERCENT", percent_off: 10 },
  redemption: { quantity: 1 },
  code_config: { length: 8, prefix: "JS-" },
};
const made = await client.campaigns.create({
  name,
  campaign_type: "DISCOUNT_COUPONS",
  type: "STATIC",
  vouchers_count: 3,
  voucher: template,
});
const by_name = await client.campaigns.get(name);
const by_id = await client.campaigns.get(made.id);
const listed = await client.campaigns.list({ limit: 100 });
const drawn = await client.campaigns.addVoucher(name);
const given = await client.campaigns.addCertainVoucher(name, "JS-CERTAIN");
const counted = await client.campaigns.get(name);
await client.campaigns.disable(made.id);
const switched_off = await client.validations.validateVoucher("JS-CERTAIN", {
  order: { amount: 1000 },
});
await client.campaigns.enable(made.id);
const valid = await client.validations.validateVoucher("JS-CERTAIN", { order: { amount: 1000 } });
const changed = await client.campaigns.update(name, { description: "Codes for spring" });
const twice = await refusal(
  client.campaigns.create({ name, campaign_type: "DISCOUNT_COUPONS", voucher: template }),
);
const removal = await client.campaigns.delete(name, { force: true });
let action;
do {
  action = await client.asyncActions.get(removal.async_action_id);
} while (action.status !== "DONE" && action.status !== "FAILED");
const gone = await refusal(client.vouchers.get("JS-CERTAIN"));

tell({
  made, by_name, by_id, listed, drawn, given, counted, switched_off, valid, changed, twice, action, gone,
});
