import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { KubeconfigSource, VendorConfig } from "../../config";
import { normalizeKubeconfig, trustsAnyServer } from "./kubeconfig";
import { createKubernetesProvider } from "./kubernetes-provider";
import type { ManagedCluster, StorageDrivers } from "./managed-cluster";
import { messageOf } from "../../lib/errors";

/**
 * A cluster that exists already: of a cloud that this project does not create, on-premises, or of another Pulumi stack.
 * The provider that reaches it is the only resource created.
 */
export class ExistingCluster extends pulumi.ComponentResource implements ManagedCluster {
  readonly name: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly clusterIdentifier: string;
  readonly provider: k8s.Provider;
  readonly storage: StorageDrivers = {};
  readonly networkPolicyEnforced: boolean;
  // Some controllers of load balancers refuse the setting; without it a load balancer works everywhere.
  readonly loadBalancersKeepClients = false;
  readonly dnsDomain: string;

  constructor(name: string, config: VendorConfig<"existing">, opts?: pulumi.ComponentResourceOptions) {
    super("blockchain-clusters:cluster:ExistingCluster", name, {}, opts);
    this.name = pulumi.output(config.name);
    this.networkPolicyEnforced = config.networkPolicyEnforced;
    this.dnsDomain = config.dnsDomain;
    this.clusterIdentifier = `existing/${config.name}/${config.generation}`;
    this.kubeconfig = pulumi.secret(this.readKubeconfig(name, config.kubeconfig, config.context)).apply((text) => {
      this.judgeTrust(text, config.environment === "production");
      return text;
    });
    this.provider = createKubernetesProvider(`${name}-kubernetes`, this, this);
    this.registerOutputs({ name: this.name, kubeconfig: this.kubeconfig });
  }

  /** @throws {pulumi.RunError} in production. */
  private judgeTrust(kubeconfig: string, isProduction: boolean): void {
    if (!trustsAnyServer(kubeconfig)) return;
    const message =
      "cluster.kubeconfig: its cluster has insecure-skip-tls-verify: true, so an attacker on the way reads every key that " +
      "is sent; must have certificate-authority-data instead";
    if (isProduction) throw new pulumi.RunError(message);
    void pulumi.log.warn(message, this);
  }

  private readKubeconfig(name: string, source: KubeconfigSource, context?: string): pulumi.Output<string> {
    switch (source.from) {
      case "secret": {
        const secret = new pulumi.Config().getSecret(source.key);
        if (secret === undefined) {
          throw new pulumi.RunError(
            `cluster.kubeconfig.key: the stack has no config value "${source.key}"; set it with ` +
              `\`pulumi config set --secret ${source.key} < kubeconfig\``,
          );
        }
        return secret.apply((text) => normalize(text, { context }));
      }
      case "file":
        return pulumi.output(readKubeconfigFile(source.path, "cluster.kubeconfig.path", context));
      case "stack": {
        const stack = new pulumi.StackReference(`${name}-source`, { name: source.stack }, { parent: this });
        return stack.requireOutput(source.output).apply((value: unknown) => {
          const text = typeof value === "string" ? value : JSON.stringify(value);
          return normalize(text, { context });
        });
      }
    }
  }
}

/**
 * Reads and normalises a kubeconfig file.
 *
 * @param key Config path of the file's name, for the error.
 * @throws {pulumi.RunError}
 */
export function readKubeconfigFile(path: string, key: string, context?: string): string {
  const file = resolve(path.startsWith("~/") ? `${homedir()}${path.slice(1)}` : path);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason = messageOf(error);
    throw new pulumi.RunError(
      `${key}: given ${JSON.stringify(path)}, which cannot be read (${reason}); must be a kubeconfig file`,
    );
  }
  return normalize(text, { context, baseDirectory: dirname(file) });
}

function normalize(text: string, options: { context?: string; baseDirectory?: string }): string {
  try {
    return normalizeKubeconfig(text, { ...options, readFile: (file) => readFileSync(file) });
  } catch (error) {
    throw new pulumi.RunError(`cluster.kubeconfig: ${messageOf(error)}`);
  }
}
