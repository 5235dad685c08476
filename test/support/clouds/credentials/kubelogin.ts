/**
 * Stand-in for `kubelogin get-token`: a token of Microsoft Entra for the application that represents every AKS cluster,
 * so that the program need not know the cluster.
 */
import { CloudError } from "../cloud-style";
import { tenantToken } from "../kubernetes";
import { execInfo, parseOptions, printCredential, runHelper } from "./exec-credential";

/** https://azure.github.io/kubelogin/concepts/aks.html */
const aksApplication = "6dae42f8-4368-4678-94ff-3960e28e3630";
const tokenMilliseconds = 10 * 60_000;
const logins = ["devicecode", "interactive", "spn", "ropc", "msi", "azurecli", "azd", "workloadidentity"];

runHelper(1, async () => {
  const known = ["--login", "--server-id", "--tenant-id", "--client-id", "--environment"];
  const { options, rest } = parseOptions(process.argv.slice(2), known);
  if (rest.join(" ") !== "get-token") throw new CloudError(`unknown command "${rest.join(" ")}" for "kubelogin"`);
  const { "--login": login = "devicecode", "--server-id": server } = options;
  if (!logins.includes(login)) throw new CloudError(`'${login}' is not a supported login method`);
  if (login === "devicecode" || login === "interactive") throw new CloudError(`${login}: nobody is there to log in`);
  if (server !== aksApplication) throw new CloudError(`the token would be for ${server}, which AKS does not accept`);
  const expirationTimestamp = new Date(Date.now() + tokenMilliseconds).toISOString();
  printCredential(execInfo()?.apiVersion ?? "client.authentication.k8s.io/v1beta1", {
    token: tenantToken,
    expirationTimestamp,
  });
});
