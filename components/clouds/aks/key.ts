import { DiskEncryptionSet, getDiskEncryptionSetOutput } from "@pulumi/azure-native/compute";
import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { Key, Vault } from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import type { VendorConfig } from "../../../config";
import { newFirst } from "../identity";
import { nameOf, roleDefinitionId, type AksContext, type ResourceSettings } from "./azure";

/** Keys with which a cluster encrypts. */
export interface AksKey {
  /** URL of the key, with its version. */
  keyId: pulumi.Input<string>;
  keyVaultId: pulumi.Input<string>;
  diskEncryptionSetId: pulumi.Input<string>;
  /** Role assignments without which disks cannot be encrypted. */
  granted: pulumi.Resource[];
}

/** Keys of the stack file, or new ones. */
export function createAksKey({ prefix, config, settings, componentOptions }: AksContext): AksKey {
  if (config.encryptionKey !== undefined) return { ...config.encryptionKey, granted: [] };
  return new OwnAksKey(`${prefix}-key`, config, settings, componentOptions);
}

/** A vault with one key, for Kubernetes secrets and, through a disk encryption set, for disks. */
class OwnAksKey extends pulumi.ComponentResource implements AksKey {
  readonly keyId: pulumi.Output<string>;
  readonly keyVaultId: pulumi.Output<string>;
  readonly diskEncryptionSetId: pulumi.Output<string>;
  readonly granted: pulumi.Resource[];

  constructor(
    private readonly name: string,
    private readonly config: VendorConfig<"aks">,
    private readonly settings: ResourceSettings,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("blockchain-clusters:cluster:AksKey", name, {}, opts);
    const vault = this.createVault();
    const key = this.createKey(vault);
    const disks = this.createDiskEncryptionSet(vault, key);
    this.keyId = key.keyUriWithVersion;
    this.keyVaultId = vault.id;
    this.diskEncryptionSetId = disks.id;
    this.granted = [this.grantTo(disks, vault)];
    this.registerOutputs({ keyId: this.keyId, diskEncryptionSetId: this.diskEncryptionSetId });
  }

  /**
   * Creates the vault. Names of vaults are unique worldwide and stay taken after deletion, so Pulumi generates the
   * name.
   */
  private createVault(): Vault {
    return new Vault(
      this.name,
      {
        ...this.settings,
        properties: {
          tenantId: this.config.tenantId,
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: true,
          // Encryption of secrets and encryption of disks both require it.
          enablePurgeProtection: true,
          softDeleteRetentionInDays: this.config.environment === "production" ? 90 : 7,
        },
      },
      { parent: this, protect: this.config.protect },
    );
  }

  private createKey(vault: Vault): Key {
    return new Key(
      this.name,
      {
        resourceGroupName: this.settings.resourceGroupName,
        tags: this.settings.tags,
        vaultName: nameOf(vault),
        keyName: "cluster",
        properties: { kty: "RSA", keySize: 3072, keyOps: ["encrypt", "decrypt", "wrapKey", "unwrapKey"] },
      },
      {
        parent: this,
        protect: this.config.protect,
        ...newFirst,
        // Azure's API creates keys and never changes them:
        // https://learn.microsoft.com/rest/api/keyvault/keyvault/keys/create-if-not-exist
        ignoreChanges: ["tags"],
      },
    );
  }

  private createDiskEncryptionSet(vault: Vault, key: Key): DiskEncryptionSet {
    return new DiskEncryptionSet(
      this.name,
      {
        ...this.settings,
        diskEncryptionSetName: `${this.config.name}-disks`,
        encryptionType: "EncryptionAtRestWithCustomerKey",
        identity: { type: "SystemAssigned" },
        activeKey: { keyUrl: key.keyUriWithVersion, sourceVault: { id: vault.id } },
      },
      { parent: this, ...newFirst },
    );
  }

  private grantTo(disks: DiskEncryptionSet, vault: Vault): RoleAssignment {
    return new RoleAssignment(
      `${this.name}-disks`,
      {
        scope: vault.id,
        principalId: this.principalOf(disks),
        principalType: "ServicePrincipal",
        roleDefinitionId: roleDefinitionId(this.config, "Key Vault Crypto Service Encryption User"),
      },
      { parent: this },
    );
  }

  private principalOf(disks: DiskEncryptionSet): pulumi.Output<string> {
    const args = { resourceGroupName: this.settings.resourceGroupName, diskEncryptionSetName: nameOf(disks) };
    const found = getDiskEncryptionSetOutput(args, { parent: this, dependsOn: [disks] });
    return found.apply(({ identity }) => identity?.principalId ?? "");
  }
}
