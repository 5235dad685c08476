/**
 * Stand-in for `aws eks get-token`. The real program signs a token by itself, for any cluster name, and the cluster
 * accepts or refuses the token by the signer's access entries. Here the token of a caller without an entry is invalid.
 */
import { Cloud, type CloudResource } from "../cloud";
import { CloudError, text } from "../cloud-style";
import { callerArn } from "../eks/account";
import { accessOf, issueToken, type Token } from "../kubernetes";
import { cloudVariable } from "../variables";
import { execInfo, parseOptions, printCredential, runHelper } from "./exec-credential";

const administratorPolicy = /:cluster-access-policy\/AmazonEKSClusterAdminPolicy$/;

runHelper(252, async () => {
  const known = ["--region", "--profile", "--output", "--cluster-name", "--role-arn"];
  const { options, rest } = parseOptions(process.argv.slice(2), known);
  if (rest.join(" ") !== "eks get-token") {
    throw new CloudError(`argument operation: Found invalid choice '${rest.join(" ")}'`);
  }
  const name = options["--cluster-name"];
  if (name === undefined) throw new CloudError("the following arguments are required: --cluster-name");
  if ((options["--output"] ?? "json") !== "json") throw new CloudError("only JSON is a credential");
  if ((options["--region"] ?? process.env.AWS_REGION) === undefined) throw new CloudError("You must specify a region.");
  const caller = options["--role-arn"] ?? callerArn;
  const cloud = new Cloud(process.env[cloudVariable] ?? "");
  const cluster = cloud.list("aws:eks/cluster:Cluster").find((each) => each.inputs.name === name);
  const token = cluster && isAdmitted(cluster, caller, cloud) ? await issueToken(accessOf(cluster)) : worthless();
  printCredential(execInfo()?.apiVersion ?? "client.authentication.k8s.io/v1beta1", token);
});

function isAdmitted(cluster: CloudResource, caller: string, cloud: Cloud): boolean {
  const access = cluster.inputs.accessConfig as Record<string, unknown> | undefined;
  if (caller === callerArn && access?.bootstrapClusterCreatorAdminPermissions !== false) return true;
  const ofCaller = ({ inputs }: CloudResource): boolean =>
    inputs.clusterName === cluster.inputs.name && inputs.principalArn === caller;
  return (
    cloud.list("aws:eks/accessEntry:AccessEntry").some(ofCaller) &&
    cloud
      .list("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
      .some((association) => ofCaller(association) && administratorPolicy.test(text(association.inputs.policyArn)))
  );
}

function worthless(): Token {
  const inAQuarter = new Date(Date.now() + 14 * 60_000).toISOString();
  return { token: "k8s-aws-v1.aHR0cHM6Ly9zdHMuYW1hem9uYXdzLmNvbS8", expirationTimestamp: inAQuarter };
}
