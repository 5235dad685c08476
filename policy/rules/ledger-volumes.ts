import type { ResourceRule, Subject } from "../rule";
import { at, entries, items, textAt } from "../values";

/**
 * Ledgers, databases and logs have disks of their own. Their databases lock files, and rely on completed writes: on
 * network file systems two nodes can open one ledger, and a lost lease leaves it locked.
 */
export const ledgerVolumes: ResourceRule = {
  name: "ledger-volumes",
  description: "Ledger data lies on disks for one node (ReadWriteOnce), never on files that many share.",
  check: (subject) =>
    claimsOf(subject).flatMap(({ title, spec }) => [
      ...items(spec, "accessModes")
        .filter((mode) => mode === "ReadWriteMany" || mode === "ReadOnlyMany")
        .map((mode) => `${title}has access mode ${String(mode)}; must be ReadWriteOnce or ReadWriteOncePod`),
      ...(fileClass.test(textAt(spec, "storageClassName"))
        ? [
            `${title}has storage class ${textAt(spec, "storageClassName")}, which is shared files; must be a class of disks`,
          ]
        : []),
    ]),
};

/** Classes of shared files: this project's, and those of the clouds' clusters. */
const fileClass = /^ledger-file-|azurefile|filestore|(^|-)(efs|nas|nfs|cephfs)(-|$)|-rwx$/i;

/** Labels of a network's nodes and of their resources. */
const ledgerLabels = ["fabric.component", "ethereum.component"];
const ledgerWords = /(^|-)(ledger|chain|couchdb|statedb|wal)$/;

interface Claim {
  title: string;
  spec: unknown;
}

/**
 * Claims to check. Every claim of a StatefulSet belongs to its own pods; another claim may be meant for sharing files.
 */
function claimsOf({ type, name, properties }: Subject): Claim[] {
  if (type === "kubernetes:apps/v1:StatefulSet") {
    return items(properties, "spec", "volumeClaimTemplates").map((template) => ({
      title: `claim template "${textAt(template, "metadata", "name")}" `,
      spec: at(template, "spec"),
    }));
  }
  if (type !== "kubernetes:core/v1:PersistentVolumeClaim") return [];
  const labels = entries(properties, "metadata", "labels").map(([key]) => key);
  const isForLedger = ledgerLabels.some((label) => labels.includes(label)) || ledgerWords.test(name);
  return isForLedger ? [{ title: "", spec: at(properties, "spec") }] : [];
}
