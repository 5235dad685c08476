import { derInteger, derSequence, readDerElement, type DerElement } from "./der";

const utcTime = 0x17;
const generalizedTime = 0x18;

/**
 * Serial numbers on a revocation list, in hex with all their bytes (RFC 5280, 5.1: CertificateList).
 *
 * @throws Error when the bytes are no revocation list
 */
export function readRevokedSerials(der: Uint8Array): string[] {
  try {
    const list = expect(readDerElement(der, 0), derSequence);
    const signed = elements(der, expect(readDerElement(der, list.content), derSequence));
    // Before the entries: version (optional), algorithm, issuer, time of the list, time of the next one (optional).
    const rest = signed[0]?.tag === derInteger ? signed.slice(3) : signed.slice(2);
    const [thisUpdate, ...others] = rest;
    if (thisUpdate === undefined || !isTime(thisUpdate)) throw new Error("it has no time");
    const entries = others.find((element) => !isTime(element));
    if (entries?.tag !== derSequence) return [];
    return elements(der, entries).map((entry) => {
      const serial = expect(readDerElement(der, expect(entry, derSequence).content), derInteger);
      return Buffer.from(der.subarray(serial.content, serial.end)).toString("hex");
    });
  } catch (error) {
    throw new Error("no X.509 revocation list", { cause: error });
  }
}

function elements(der: Uint8Array, { content, end }: DerElement): DerElement[] {
  const found: DerElement[] = [];
  for (let at = content; at < end; at = found.at(-1)?.end ?? end) found.push(readDerElement(der, at));
  return found;
}

function expect(element: DerElement, tag: number): DerElement {
  if (element.tag !== tag) throw new Error(`tag ${element.tag} at byte ${element.start} instead of ${tag}`);
  return element;
}

function isTime({ tag }: DerElement): boolean {
  return tag === utcTime || tag === generalizedTime;
}
