import { vendors } from "../../support/clouds/vendors";
import { describeVendor } from "./vendor-suite";

describeVendor("ACK", { ...vendors.ACK, rotate: (_program, server) => server.rotate() });
