import { problem, type Problem } from "../../lib/problem";
import type { Part } from "../pods";
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
    claimsOf(subject).flatMap(({ path, spec }) => [
      ...items(spec, "accessModes").flatMap((mode, index) => checkMode(`${path}.accessModes[${index}]`, mode)),
      ...checkClass(`${path}.storageClassName`, textAt(spec, "storageClassName")),
    ]),
};

function checkMode(path: string, given: unknown): Problem[] {
  if (given !== "ReadWriteMany" && given !== "ReadOnlyMany") return [];
  const because = "two nodes can open one ledger otherwise";
  return [problem({ path, given, must: "be ReadWriteOnce or ReadWriteOncePod", because })];
}

function checkClass(path: string, given: string): Problem[] {
  if (!fileClass.test(given)) return [];
  return [problem({ path, given, must: "be a class of disks", because: "this one makes shared files" })];
}

/** Classes of shared files: this project's, and those of the clouds' clusters. */
const fileClass = /^ledger-file-|azurefile|filestore|(^|-)(efs|nas|nfs|cephfs)(-|$)|-rwx$/i;

/** Labels of a network's nodes and of their resources. */
const ledgerLabels = ["fabric.component", "ethereum.component"];
const ledgerWords = /(^|-)(ledger|chain|couchdb|statedb|wal)$/;

/**
 * Claims to check. Every claim of a StatefulSet belongs to its own pods; another claim may be meant for sharing files.
 */
function claimsOf({ type, name, properties }: Subject): Part[] {
  if (type === "kubernetes:apps/v1:StatefulSet") {
    return items(properties, "spec", "volumeClaimTemplates").map((template) => ({
      path: `spec.volumeClaimTemplates[${textAt(template, "metadata", "name")}].spec`,
      spec: at(template, "spec"),
    }));
  }
  if (type !== "kubernetes:core/v1:PersistentVolumeClaim") return [];
  const labels = entries(properties, "metadata", "labels").map(([key]) => key);
  const isForLedger = ledgerLabels.some((label) => labels.includes(label)) || ledgerWords.test(name);
  return isForLedger ? [{ path: "spec", spec: at(properties, "spec") }] : [];
}
