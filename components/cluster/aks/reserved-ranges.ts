/** Addresses that no network of an AKS cluster may have: https://learn.microsoft.com/azure/aks/azure-cni-overview */
const reserved = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"] as const;

/**
 * The reserved range that a network overlaps.
 *
 * @param cidr An IPv4 network, for example `172.16.0.0/12`.
 * @returns undefined where there is none.
 */
export function reservedRange(cidr: string): string | undefined {
  const asked = boundsOf(cidr);
  return reserved.find((range) => {
    const { first, last } = boundsOf(range);
    return first <= asked.last && asked.first <= last;
  });
}

function boundsOf(cidr: string): { first: number; last: number } {
  const [address = "", prefix = "32"] = cidr.split("/");
  const size = 2 ** (32 - Number(prefix));
  const number = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}
