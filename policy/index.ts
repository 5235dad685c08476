/** The policy pack: rules for every stack. `make preview` and the workflows run it; docs/ci.md lists its rules. */
import { PolicyPack } from "@pulumi/policy";
import { resourcePolicy, stackPolicy } from "./policies";
import { resourceRules, stackRules } from "./rules";

new PolicyPack("blockchain-clusters", {
  enforcementLevel: "mandatory",
  policies: [...resourceRules.map(resourcePolicy), ...stackRules.map(stackPolicy)],
});
