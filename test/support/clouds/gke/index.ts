/** Stand-in for Google Cloud, with the behaviour of `@pulumi/gcp`. */
import { text, type CloudFunction, type CloudStyle } from "../cloud-style";
import { containerResources } from "./container";
import { identityResources } from "./identity";
import { networkResources } from "./network";
import { projectNumber, projectOf } from "./project";

const functions: Record<string, CloudFunction> = {
  "gcp:organizations/getProject:getProject": ({ arguments: given, account }) => {
    const project = text(given.projectId) || projectOf({ inputs: {}, account });
    return { id: `projects/${project}`, projectId: project, number: projectNumber, name: project };
  },
  "gcp:organizations/getClientConfig:getClientConfig": ({ account }) => ({ id: "client", ...account, accessToken: "" }),
  "gcp:compute/getZones:getZones": ({ arguments: given, account }) => {
    const region = text(given.region) || text(account.region);
    return { id: region, names: ["a", "b", "c"].map((letter) => `${region}-${letter}`) };
  },
};

export const gcp: CloudStyle = {
  name: "gcp",
  configuration: { project: ["GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"] },
  resources: { ...networkResources, ...containerResources, ...identityResources },
  functions,
  autoname: (name, random) => `${name}-${random.slice(0, 7)}`,
  missing: (property, name) =>
    `Missing required argument. The argument "${property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}" is required, but no definition was found.. Examine values at '${name}.${property}'.`,
  notFound: (_type, id) => `googleapi: Error 404: The resource '${id}' was not found, notFound`,
  exists: (_type, id) => `googleapi: Error 409: The resource '${id}' already exists, alreadyExists`,
  inUse: ({ id }, dependents) =>
    `googleapi: Error 400: The resource '${id}' is already being used by '${dependents.map((each) => each.id).join("', '")}', resourceInUseByAnotherResource`,
  forgetsOutputsOnUpdate: false,
  deletesFirst: false,
};
