/** Private keys, and the places where they must not be. */
import type { Cluster } from "./kubernetes";

const pem = /-----BEGIN (?:EC )?PRIVATE KEY-----([A-Za-z0-9+/=\s\\n]+)-----END/g;

/** Private keys in a text, each as the base64 of its bytes. The text may be JSON in JSON, and may have keys as base64. */
export function keysIn(text: string): Set<string> {
  return new Set([...expand(text).matchAll(pem)].map(([, body = ""]) => withoutBreaks(body)));
}

/** The keys of a set that are in a text, in whatever form. */
export function keysFound(keys: ReadonlySet<string>, text: string): string[] {
  const whole = withoutBreaks(expand(text));
  return [...keys].filter((key) => whole.includes(key));
}

/** Everything that a cluster holds of its networks: objects and logs. */
export async function contentOf(cluster: Cluster): Promise<string> {
  const pods = await cluster.pods("");
  const logs = pods.flatMap(({ metadata, spec }) =>
    (spec?.containers ?? []).map((container) =>
      cluster.core.readNamespacedPodLog({
        name: metadata?.name ?? "",
        namespace: metadata?.namespace ?? "",
        container: container.name,
      }),
    ),
  );
  const secrets = await cluster.core.listSecretForAllNamespaces();
  const configMaps = await cluster.core.listConfigMapForAllNamespaces();
  return [JSON.stringify([secrets.items, configMaps.items, pods]), ...(await Promise.all(logs))].join("\n");
}

/** The text, and what it has as base64. */
function expand(text: string): string {
  const decoded = [...text.matchAll(/[A-Za-z0-9+/]{80,}={0,2}/g)].map(([found]) =>
    Buffer.from(found, "base64").toString("latin1"),
  );
  return [text, ...decoded].join("\n");
}

function withoutBreaks(text: string): string {
  return text.replaceAll(/\\+[nr]|\s/g, "");
}
