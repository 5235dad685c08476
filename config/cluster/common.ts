/** What the schemas of several vendors say alike. */
import { dnsName, wholeNumber } from "../fields";

/** Keys of clusters that this program does not make. */
export const foreign = {
  dnsDomain: dnsName()
    .default("cluster.local")
    .describe(
      "DNS domain of the cluster's Services. Part of TLS names and channel endpoints: fixed for the life of a network.",
    ),
  generation: wholeNumber(1, 1_000_000)
    .default(1)
    .describe(
      "Raise by one after the cluster was recreated under the same name: everything in it is then created anew.",
    ),
};
