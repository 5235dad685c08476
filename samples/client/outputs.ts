import { z } from "zod";

const gatewaySchema = z.object({ endpoint: z.string(), tlsServerName: z.string(), tlsCaCertificate: z.string() });

const identitySchema = z.object({ certificate: z.string(), privateKey: z.string() });

const organizationSchema = z.object({
  mspId: z.string(),
  namespace: z.string(),
  gateway: gatewaySchema,
  peers: z.array(z.object({ name: z.string(), host: z.string(), port: z.number() })).min(1),
  /** Public names; `address` is the target of the DNS record. */
  publicEndpoints: z.array(z.object({ name: z.string(), port: z.number(), address: z.string().optional() })).optional(),
  /** Identity for applications; the sample needs no administrator. */
  client: identitySchema,
});

const chaincodeSchema = z.object({
  name: z.string(),
  /** MSP ids of companies that have to approve it before it can be called. */
  waitingFor: z.array(z.string()).optional(),
});

const channelSchema = z.object({
  name: z.string(),
  /** Organisations of this stack in it: none where all members are partners'. */
  organizations: z.array(z.string()),
  chaincodes: z.array(chaincodeSchema),
});

/** The outputs of a Fabric stack that a client needs. */
export const outputsSchema = z.object({
  kubeconfig: z.string(),
  fabric: z.object({
    network: z.string(),
    channels: z.array(channelSchema),
    organizations: z.record(z.string(), organizationSchema),
  }),
});

export type StackOutputs = z.infer<typeof outputsSchema>;
export type Organization = z.infer<typeof organizationSchema>;
export type Channel = z.infer<typeof channelSchema>;
