/** What routes of the Gateway API have in common: https://gateway-api.sigs.k8s.io/reference/spec/ */

/** A Gateway that takes a route, or one of its listeners. */
export interface ParentRef {
  name: string;
  namespace: string;
  sectionName?: string;
}

/** @param gateway Gateway of the stack file. Without `sectionName`: all its listeners. */
export function parentRef({
  name,
  namespace,
  sectionName,
}: {
  name: string;
  namespace: string;
  sectionName?: string | undefined;
}): ParentRef {
  return { name, namespace, ...(sectionName === undefined ? {} : { sectionName }) };
}
