/** Rules of a Fabric network about its chaincodes. */
import { validateChaincodeName } from "../ledger/fabric/validate-names";
import { show, type Problem } from "../ledger/problem";
import { duplicates, fabricCheck, type Check, type LooseFabric } from "./check";
import { membersKnown } from "./checks-fabric-members";
import { chaincodeServiceName, chaincodeVariables } from "./fabric-names";
import { base, chaincodesIn, chaincodesOf, channelsOf, namesOf, organizationsOf } from "./fabric-section";
import { formatPath } from "./problem";

/** Names that Kubernetes objects of chaincodes get, since `A_1` and `a-1` would become the same. */
const uniqueChaincodes = fabricCheck((fabric) =>
  channelsOf(fabric).flatMap((channel) =>
    duplicates(
      'a chaincode name (upper and lower case, "-" and "_" count as the same)',
      chaincodesIn(channel).map(({ chaincode: { name }, path }) => ({
        value: name,
        key: name?.toLowerCase().replaceAll("_", "-"),
        path: `${path}.name`,
      })),
    ),
  ),
);

/** A name that a chaincode of Fabric itself has. Other mistakes in names are found by their shape. */
const chaincodeNamesFree = fabricCheck((fabric) =>
  chaincodesOf(fabric).flatMap(({ chaincode: { name }, path }) =>
    name === undefined ? [] : validateChaincodeName(name, `${path}.name`),
  ),
);

const chaincodeVariablesFree = fabricCheck((fabric) =>
  chaincodesOf(fabric).flatMap(({ chaincode, channelIndex, index }) =>
    Object.keys(chaincode.env ?? {}).flatMap((name): Problem[] => {
      const isTaken = (chaincodeVariables as readonly string[]).includes(name);
      if (!isTaken && /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) return [];
      const right = isTaken
        ? "left out: the program tells the chaincode its address, id and certificate"
        : "a name of letters, digits, _, . and - that does not start with a digit";
      const path = formatPath([...`${base}.channels`.split("."), channelIndex, "chaincodes", index, "env", name]);
      return [{ path, message: `given ${show(name)}; must be ${right}` }];
    }),
  ),
);

const chaincodeOrganizationsKnown = fabricCheck((fabric) => {
  const everybody = namesOf(organizationsOf(fabric, "peerOrganizations"));
  return chaincodesOf(fabric).flatMap(({ chaincode, channel, path }) => {
    const members = channel.organizations?.filter((name) => name !== undefined) ?? everybody;
    return membersKnown(chaincode.organizations, members, "the channel's organisations", `${path}.organizations`);
  });
});

interface ChaincodeService {
  service: string;
  name: string;
  channel: number;
  path: string;
}

function chaincodeServices(fabric: LooseFabric): ChaincodeService[] {
  return chaincodesOf(fabric).flatMap(({ chaincode: { name, version }, channel, channelIndex, path }) => {
    if (channel.name === undefined || name === undefined || version === undefined) return [];
    const service = chaincodeServiceName(channel.name, name, version);
    return [{ service, name, channel: channelIndex, path: `${path}.name` }];
  });
}

/** Services are DNS labels, too, 63 characters at most. Two of one channel differ by name already, two of different channels need not. */
const chaincodeServicesFit = fabricCheck((fabric) => {
  const services = chaincodeServices(fabric);
  return services.flatMap(({ service, name, channel, path }) => {
    const made = `given ${show(name)}, which makes the Service "${service}"`;
    const other = services.find((candidate) => candidate.service === service && candidate.channel < channel);
    return [
      ...(other === undefined ? [] : [{ path, message: `${made}, as ${other.path} does; must be another name` }]),
      ...(service.length > 63
        ? [
            {
              path,
              message: `${made} of ${service.length} characters; must be shorter: 63 at most, with channel and version`,
            },
          ]
        : []),
    ];
  });
});

export const chaincodeChecks: readonly Check[] = [
  uniqueChaincodes,
  chaincodeNamesFree,
  chaincodeVariablesFree,
  chaincodeOrganizationsKnown,
  chaincodeServicesFit,
];
