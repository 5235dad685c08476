import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { buildVolumeClaim, type Labels, type TemplatedDeployment, type TemplatedStatefulSet } from "../kubernetes";
import type { StorageClasses } from "../storage";
import type { WorkloadNamespace } from "./namespace";
import { revisionOf } from "./revision";
import type { StatefulWorkload, Workload } from "./rollout";

export interface ObjectSite {
  /** Component that owns the objects. */
  component: pulumi.Resource;
  /** Name of that component, and prefix of its objects' names. */
  prefix: string;
  namespace: WorkloadNamespace;
  /** Labels of all its objects. */
  labels: Labels;
}

export interface ClaimArgs {
  /** Name of the claim, for example `peer0-ledger`. */
  name: string;
  /** Size of the volume, a quantity of Kubernetes. */
  size: string;
  /** Classes of volumes; the claim takes the one for block storage. */
  storage: StorageClasses;
  /** Whether Pulumi refuses to delete the volume. */
  protect: boolean;
}

/** Volume of a backup. */
export interface RestoredVolume {
  /** End of its claim's name: the moment of the backup, and further words where its moment does not tell it. */
  suffix: string;
  /** Name of the snapshot that it is made of; undefined for an empty volume. */
  snapshot: string | undefined;
  /** Resources that precede it, such as the one that is there once the backup has its snapshots. */
  after: pulumi.Resource[];
}

/** A volume's claim that is in use. */
export interface ClaimInUse {
  /** Name of the volume for good: `peer0-ledger`. Snapshots have it, whichever claim is in use. */
  volume: string;
  /** Name of the claim. */
  claim: pulumi.Output<string>;
  /** Identity that no other claim of this name has. */
  uid: pulumi.Output<string>;
}

/** Name of the claim on a volume of a backup. */
export function restoredClaim(volume: string, suffix: string): string {
  return `${volume}-${suffix}`;
}

type StringData = pulumi.Input<Record<string, pulumi.Input<string>>>;

/** Creator of a component's objects in Kubernetes: all are its children, in one namespace and with the same labels. */
export class WorkloadObjects {
  constructor(private readonly site: ObjectSite) {}

  /** Metadata of an object with a fixed name. */
  metadata(name: string): { name: string; namespace: pulumi.Output<string>; labels: Labels } {
    return { name, ...this.unnamed() };
  }

  /**
   * An immutable Secret: changed values make a new Secret, and pods that refer to it are replaced.
   *
   * @param type Default: none, which Kubernetes treats as `Opaque`.
   */
  secret(role: string, stringData: StringData, type?: "Opaque" | "kubernetes.io/tls"): k8s.core.v1.Secret {
    return new k8s.core.v1.Secret(
      this.child(role),
      { metadata: this.unnamed(), ...(type === undefined ? {} : { type }), immutable: true, stringData },
      this.opts(),
    );
  }

  /** An immutable ConfigMap: changed files make a new one, and pods that refer to it are replaced. */
  files(role: string, data: Record<string, pulumi.Input<string>>): k8s.core.v1.ConfigMap {
    return new k8s.core.v1.ConfigMap(
      this.child(role),
      { metadata: this.unnamed(), immutable: true, data },
      this.opts(),
    );
  }

  /** A volume claim of its own rather than a template of the StatefulSet, so that it can grow and be protected. */
  claim(role: string, { name, size, storage, protect }: ClaimArgs): k8s.core.v1.PersistentVolumeClaim {
    const claim = buildVolumeClaim({
      metadata: this.metadata(name),
      size: storage.claimSize("block", size),
      className: storage.block,
    });
    return new k8s.core.v1.PersistentVolumeClaim(this.child(role), claim, { ...this.opts(), protect });
  }

  /**
   * A claim, and beside it the one of a backup, if there is one. The own volume stays where a backup's is in use, and a
   * backup's volume stays when it is in use no longer.
   */
  restorableClaim(role: string, args: ClaimArgs, restored: RestoredVolume | undefined): ClaimInUse {
    const own = this.claim(role, args);
    const { name: volume, size, storage } = args;
    if (restored === undefined) return { volume, ...inUse(own) };
    const { suffix, snapshot, after } = restored;
    const claim = buildVolumeClaim({
      metadata: this.metadata(restoredClaim(volume, suffix)),
      size: storage.claimSize("block", size),
      className: storage.block,
      snapshot,
    });
    const opts = { ...this.opts(), dependsOn: after, retainOnDelete: true };
    return { volume, ...inUse(new k8s.core.v1.PersistentVolumeClaim(this.child(`${role}-${suffix}`), claim, opts)) };
  }

  service(service: k8s.types.input.core.v1.Service): k8s.core.v1.Service {
    return new k8s.core.v1.Service(this.site.prefix, service, this.opts());
  }

  /**
   * @param opts `dependsOn`: resources that precede its first pod, besides those that every pod of the namespace needs.
   */
  statefulSet(
    spec: TemplatedStatefulSet,
    { dependsOn = [], ...opts }: { dependsOn?: pulumi.Resource[]; ignoreChanges?: string[] } = {},
  ): StatefulWorkload {
    const { prefix, namespace } = this.site;
    const resource = new k8s.apps.v1.StatefulSet(prefix, spec, {
      ...this.opts(),
      ...opts,
      dependsOn: [...namespace.prerequisites, ...dependsOn],
    });
    return { kind: "StatefulSet", resource, revision: revisionOf(spec.spec.template) };
  }

  deployment(spec: TemplatedDeployment): Workload {
    const { prefix, namespace } = this.site;
    const opts = { ...this.opts(), dependsOn: namespace.prerequisites };
    const resource = new k8s.apps.v1.Deployment(prefix, spec, opts);
    return { kind: "Deployment", resource, revision: revisionOf(spec.spec.template) };
  }

  private child(role: string): string {
    return `${this.site.prefix}-${role}`;
  }

  private unnamed() {
    return { namespace: this.site.namespace.name, labels: this.site.labels };
  }

  private opts(): { parent: pulumi.Resource } {
    return { parent: this.site.component };
  }
}

function inUse({ metadata }: k8s.core.v1.PersistentVolumeClaim): Omit<ClaimInUse, "volume"> {
  return { claim: metadata.name, uid: metadata.uid };
}
