/**
 * Stand-in for `gke-gcloud-auth-plugin`. The real program prints an access token of the current user, which is valid for
 * every cluster that admits the user. Here a token is for one cluster: the cluster that the client names, or the only
 * cluster, since not all clients name one.
 */
import { Cloud } from "../cloud";
import { CloudError } from "../cloud-style";
import { accessOf, issueToken } from "../kubernetes";
import { cloudVariable } from "../variables";
import { execInfo, parseOptions, printCredential, runHelper } from "./exec-credential";

/** The only version that the real program supports. */
const apiVersion = "client.authentication.k8s.io/v1beta1";

runHelper(1, async () => {
  const flags = ["--use_application_default_credentials"];
  const { rest } = parseOptions(process.argv.slice(2), ["--impersonate_service_account"], flags);
  if (rest.length > 0) throw new CloudError(`unexpected arguments: ${rest.join(" ")}`);
  const info = execInfo();
  if (info !== undefined && info.apiVersion !== apiVersion) {
    throw new CloudError(`exec plugin: the kubeconfig asks for ${info.apiVersion}, and gets ${apiVersion}`);
  }
  const authority = info?.spec.cluster?.["certificate-authority-data"];
  const clusters = new Cloud(process.env[cloudVariable] ?? "").list("gcp:container/cluster:Cluster");
  const found = clusters.filter((each) => authority === undefined || accessOf(each).authority === authority);
  const [cluster] = found;
  if (cluster === undefined || found.length > 1) throw new CloudError(`${found.length} clusters of the project fit`);
  printCredential(apiVersion, await issueToken(accessOf(cluster)));
});
