/**
 * Stands in for `gke-gcloud-auth-plugin`. The real one prints an access token of whoever is logged in, which is good for
 * every cluster that lets them in; which cluster asks it knows only when the kubeconfig says provideClusterInfo.
 */
import { Cloud } from "../cloud";
import { CloudError } from "../cloud-style";
import { accessOf, issueToken } from "../kubernetes";
import { cloudVariable } from "../variables";
import { execInfo, parseOptions, printCredential, runHelper } from "./exec-credential";

const apiVersion = "client.authentication.k8s.io/v1beta1";

runHelper(1, async () => {
  const { rest } = parseOptions(process.argv.slice(2), [
    "--use_application_default_credentials",
    "--impersonate_service_account",
  ]);
  if (rest.length > 0) throw new CloudError(`unexpected arguments: ${rest.join(" ")}`);
  const info = execInfo();
  if (info === undefined) throw new CloudError("KUBERNETES_EXEC_INFO is not set: run me from a kubeconfig");
  if (info.apiVersion !== apiVersion)
    throw new CloudError(`unsupported api version ${info.apiVersion}, only ${apiVersion}`);
  if (info.spec.cluster === undefined) throw new CloudError("the kubeconfig has to say provideClusterInfo: true");
  const authority = info.spec.cluster["certificate-authority-data"];
  const clusters = new Cloud(process.env[cloudVariable] ?? "").list("gcp:container/cluster:Cluster");
  const cluster = clusters.find((each) => accessOf(each).authority === authority);
  if (cluster === undefined) throw new CloudError(`no cluster of the project is ${info.spec.cluster.server}`);
  printCredential(apiVersion, await issueToken(accessOf(cluster)));
});
