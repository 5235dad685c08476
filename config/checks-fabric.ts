/** Rules of a Fabric network that span several values. */
import type { Check } from "./check";
import { chaincodeChecks } from "./checks-fabric-chaincodes";
import { channelChecks } from "./checks-fabric-channels";
import { organizationChecks } from "./checks-fabric-organizations";

export const fabricChecks: readonly Check[] = [...organizationChecks, ...channelChecks, ...chaincodeChecks];
