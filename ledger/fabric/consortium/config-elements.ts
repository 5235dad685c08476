/** The elements of a config tree as a flat list, in which two trees are compared. */
import type { ConfigGroup, ConfigPolicy, ConfigValue } from "@hyperledger/fabric-protos/lib/common/configtx_pb";
import { printable } from "./printable";

export interface ConfigElement {
  version: number;
  modPolicy: string;
  /** Equal exactly when two elements have the same content: the bytes of a leaf, the names of a group's members. */
  content: string;
  source: ConfigGroup | ConfigValue | ConfigPolicy;
}

const rootGroup = "/Channel";

/** Fabric `common/configtx`: configAllowedChars. A name with a slash could pass for an element of another group. */
const elementNameForm = /^[a-zA-Z0-9.-]+$/;

/**
 * Elements by their keys, such as `value /Channel/Orderer/BatchTimeout`.
 *
 * @throws Error on a name that Fabric refuses
 */
export function configElements(root: ConfigGroup): Map<string, ConfigElement> {
  const elements = new Map<string, ConfigElement>();
  collect(root, rootGroup, elements);
  return elements;
}

/** The key for a message. Names come from other parties. */
export function elementName(key: string): string {
  return printable(key);
}

function collect(group: ConfigGroup, path: string, elements: Map<string, ConfigElement>): void {
  const members: string[] = [];
  const add = (kind: string, name: string, source: ConfigValue | ConfigPolicy, content: string): void => {
    members.push(`${kind} ${name}`);
    elements.set(`${kind} ${path}/${checkedName(name)}`, {
      version: source.getVersion(),
      modPolicy: source.getModPolicy(),
      content,
      source,
    });
  };
  group.getValuesMap().forEach((value, name) => add("value", name, value, value.getValue_asB64()));
  group.getPoliciesMap().forEach((policy, name) => {
    const content = policy.getPolicy();
    add("policy", name, policy, `${content?.getType() ?? 0} ${content?.getValue_asB64() ?? ""}`);
  });
  group.getGroupsMap().forEach((child, name) => {
    members.push(`group ${name}`);
    collect(child, `${path}/${checkedName(name)}`, elements);
  });
  elements.set(`group ${path}`, {
    version: group.getVersion(),
    modPolicy: group.getModPolicy(),
    content: JSON.stringify(members.sort()),
    source: group,
  });
}

function checkedName(name: string): string {
  if (elementNameForm.test(name)) return name;
  throw new Error(`an element has the name "${printable(name)}"; must have letters, digits, . and - only`);
}
