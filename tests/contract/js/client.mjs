// The vendor's client, unchanged but for its address, and how a script tells what it was answered.
import sdk from "@voucherify/sdk";

export const host = process.env.COUNTERFOIL_URL;

export const client = sdk.VoucherifyServerSide({
  apiUrl: host,
  applicationId: "local-app",
  secretKey: "local-token",
});

export const serverWith = (customHeaders) =>
  sdk.VoucherifyServerSide({ apiUrl: host, applicationId: "", secretKey: "", customHeaders });

export const browser = (origin, customHeaders) =>
  sdk.VoucherifyClientSide({
    apiUrl: host,
    clientApplicationId: "local-client",
    clientSecretKey: "local-client-token",
    origin,
    customHeaders,
  });

export const refusal = (promise) =>
  promise.then(
    () => null,
    ({ code, key, message, details, resource_type }) => ({
      code, key, message, details, resource_type,
    }),
  );

export const tell = (answers) => process.stdout.write(JSON.stringify(answers));
