import { vendors } from "../../support/clouds/vendors";
import { describeVendor } from "./vendor-suite";

const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

describeVendor("ACK", {
  ...vendors.ACK,
  settings: { network: {}, zones },
  otherNetwork: { network: { cidr: "10.80.0.0/16" } },
  rotate: (_program, server) => server.rotate(),
});
