/** Stand-in for Alibaba Cloud, with the behaviour of `@pulumi/alicloud`. */
import { text, type CloudStyle } from "../cloud-style";
import { csFunctions, csResources } from "./cs";
import { networkResources } from "./network";

export const alicloud: CloudStyle = {
  name: "alicloud",
  configuration: { region: ["ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"] },
  resources: { ...networkResources, ...csResources },
  functions: {
    ...csFunctions,
    "alicloud:index/getZones:getZones": ({ account }) => {
      const ids = ["a", "b", "c"].map((letter) => `${text(account.region)}${letter}`);
      return { id: "zones", ids, zones: ids.map((id) => ({ id })) };
    },
  },
  autoname: (name, random) => `${name}-${random.slice(0, 7)}`,
  missing: (property, name) =>
    `Missing required argument. The argument "${property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}" is required, but no definition was found.. Examine values at '${name}.${property}'.`,
  notFound: (type, id) =>
    `[SDK alibaba-cloud-sdk-go ERROR]: ErrorCode: Invalid${type.split(":").at(-1)}Id.NotFound: ${id} does not exist`,
  exists: (_type, id) => `[SDK alibaba-cloud-sdk-go ERROR]: ErrorCode: AlreadyExist: ${id} already exists`,
  inUse: ({ id }, dependents) =>
    `[SDK alibaba-cloud-sdk-go ERROR]: ErrorCode: DependencyViolation: ${id} still has ${dependents.map((each) => each.id).join(", ")}`,
  forgetsOutputsOnUpdate: false,
  deletesFirst: false,
};
