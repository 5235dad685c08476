/** The provider over gRPC, like the engine, in this process. */
import assert from "node:assert/strict";
import { credentials, Server, ServerCredentials, status, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { EngineLog } from "../../../provider/framework/engine-log";
import {
  decodeProperties,
  encodeProperties,
  Secret,
  unknownValue,
  type PropertyMap,
} from "../../../provider/framework/property-value";
import { Provider } from "../../../provider/framework/provider";
import { Redactor } from "../../../provider/framework/redact";
import { createService } from "../../../provider/framework/service";
import { ledger } from "../../../provider/registry";
import { FabricInputs } from "./fabric-inputs";

const certificateType = "ledger:pki:Certificate";
const authorityType = "ledger:pki:CertificateAuthority";
const caInputs = { commonName: "ca.org1", organization: "org1" };

type Call<Request, Response> = (
  request: Request,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

describe("the provider service", () => {
  let server: Server;
  let client: ResourceProviderClient;

  before(async () => {
    const redactor = new Redactor();
    const log = new EngineLog(redactor);
    server = new Server();
    server.addService(ResourceProviderService, createService(new Provider(ledger, log, redactor), log, redactor));
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    await ask(
      (request, callback) => client.configure(request, callback),
      new proto.ConfigureRequest().setArgs(encodeProperties({})),
    );
  });

  after(() => {
    client.close();
    server.forceShutdown();
  });

  function ask<Request, Response>(method: Call<Request, Response>, request: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      method(request, (error, response) => (error === null ? resolve(response) : reject(error)));
    });
  }

  async function check(type: string, news: PropertyMap): Promise<{ inputs: Struct; failures: string[] }> {
    const request = new proto.CheckRequest()
      .setType(type)
      .setNews(encodeProperties(news))
      .setOlds(encodeProperties({}));
    const response = await ask<proto.CheckRequest, proto.CheckResponse>(
      (request, callback) => client.check(request, callback),
      request,
    );
    return {
      inputs: response.getInputs() ?? encodeProperties({}),
      failures: response.getFailuresList().map((failure) => failure.getReason()),
    };
  }

  it("accepts secrets, and asks for neither resources nor outputs", async () => {
    const response = await ask<proto.ProviderHandshakeRequest, proto.ProviderHandshakeResponse>(
      (request, callback) => client.handshake(request, callback),
      new proto.ProviderHandshakeRequest().setEngineAddress("127.0.0.1:1"),
    );
    assert.equal(response.getAcceptSecrets(), true);
    assert.equal(response.getAcceptResources(), false);
    assert.equal(response.getAcceptOutputs(), false);
  });

  it("fills defaults in check, so that state holds what was decided", async () => {
    const { inputs, failures } = await check(authorityType, caInputs);
    assert.deepEqual(failures, []);
    assert.deepEqual(inputs.toJavaScript(), {
      ...caInputs,
      validityDays: 5475,
      renewBeforeDays: 365,
      __stateVersion: 0,
    });
  });

  it("marks private keys secret in check, wherever they are in the inputs", async () => {
    const fabric = await FabricInputs.create();
    const { inputs, failures } = await check("ledger:fabric:Channel", fabric.channel());
    assert.deepEqual(failures, []);
    const decoded = decodeProperties(inputs) as unknown as { administrators: PropertyMap[]; orderers: PropertyMap[] };
    for (const administrator of decoded.administrators) assert.ok(administrator.privateKey instanceof Secret);
    for (const orderer of decoded.orderers) assert.ok(orderer.adminPrivateKey instanceof Secret);
  });

  it("passes inputs of previews that are not known yet", async () => {
    const { inputs, failures } = await check(certificateType, {
      caCertificate: unknownValue,
      caPrivateKey: unknownValue,
      commonName: "peer0",
      organization: "org1",
      usage: "tls",
      dnsNames: [unknownValue],
    });
    assert.deepEqual(failures, []);
    assert.deepEqual(decodeProperties(inputs).dnsNames, [unknownValue]);
  });

  it("reports problems that need several fields beside those of single ones", async () => {
    assert.deepEqual((await check(authorityType, { ...caInputs, validityDays: 30 })).failures, [
      "renewBeforeDays: given 365; must be less than validityDays, 30",
    ]);
  });

  it("previews a create with unknown outputs, the key among them marked secret", async () => {
    const request = new proto.CreateRequest()
      .setType(authorityType)
      .setPreview(true)
      .setProperties(encodeProperties(caInputs));
    const response = await ask<proto.CreateRequest, proto.CreateResponse>(
      (request, callback) => client.create(request, callback),
      request,
    );
    assert.equal(response.getId(), "");
    assert.deepEqual(decodeProperties(response.getProperties()), {
      certificate: unknownValue,
      privateKey: new Secret(unknownValue),
      notAfter: unknownValue,
      __stateVersion: 0,
    });
  });

  it("returns the private key as a secret", async () => {
    const { inputs } = await check(authorityType, caInputs);
    const request = new proto.CreateRequest().setType(authorityType).setProperties(inputs);
    const response = await ask<proto.CreateRequest, proto.CreateResponse>(
      (request, callback) => client.create(request, callback),
      request,
    );
    const { privateKey, certificate } = decodeProperties(response.getProperties());
    assert.ok(privateKey instanceof Secret);
    assert.equal(typeof certificate, "string");
  });

  it("answers a diff with the kind of each change and the properties that replace", async () => {
    const { identity } = await FabricInputs.create();
    const olds = encodeProperties({ ...caInputs, validityDays: 100, renewBeforeDays: 0 });
    const request = new proto.DiffRequest()
      .setType(authorityType)
      .setOldInputs(olds)
      .setOlds(encodeProperties({ certificate: identity.certificate, notAfter: "2999-01-01T00:00:00Z" }))
      .setNews(encodeProperties({ ...caInputs, organization: "org2", validityDays: 200, renewBeforeDays: 0 }));
    const response = await ask<proto.DiffRequest, proto.DiffResponse>(
      (request, callback) => client.diff(request, callback),
      request,
    );
    assert.equal(response.getChanges(), proto.DiffResponse.DiffChanges.DIFF_SOME);
    assert.deepEqual(response.getReplacesList(), ["organization"]);
    const kinds = response.getDetaileddiffMap().toObject(false, (_include, diff) => diff.getKind());
    assert.deepEqual(kinds, [
      ["organization", proto.PropertyDiff.Kind.UPDATE_REPLACE],
      ["validityDays", proto.PropertyDiff.Kind.UPDATE],
    ]);
  });

  it("never repeats a key in an error, from any source", async () => {
    const fabric = await FabricInputs.create();
    const key = fabric.tls.privateKey;
    const inputs = {
      caCertificate: fabric.identity.certificate,
      caPrivateKey: new Secret(key),
      commonName: key,
      organization: "org1",
      usage: "tls",
      dnsNames: [key],
      ipAddresses: [],
      validityDays: 1,
    };
    const request = new proto.CreateRequest().setType(certificateType).setProperties(encodeProperties(inputs));
    await assert.rejects(
      ask<proto.CreateRequest, proto.CreateResponse>((request, callback) => client.create(request, callback), request),
      (error: ServiceError) => {
        assert.equal(error.code, status.FAILED_PRECONDITION);
        assert.doesNotMatch(error.details, /PRIVATE KEY/);
        assert.ok(!error.details.includes(key.split("\n")[1] ?? key));
        return true;
      },
    );
  });

  it("names its resource types when asked for one it does not have", async () => {
    await assert.rejects(
      check("ledger:fabric:Wallet", {}),
      /ledger:fabric:Wallet.*is unknown; this provider has ledger:pki:CertificateAuthority/,
    );
  });

  it("cancels operations that wait for nodes", async () => {
    const fabric = await FabricInputs.create();
    const kubeconfig = JSON.stringify({
      clusters: [{ name: "x", cluster: { server: "http://127.0.0.1:1", "insecure-skip-tls-verify": true } }],
      users: [{ name: "x", user: {} }],
      contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
      "current-context": "x",
    });
    await ask(
      (request, callback) => client.configure(request, callback),
      new proto.ConfigureRequest().setArgs(encodeProperties({ kubeconfig })),
    );
    const inputs = encodeProperties(fabric.membership());
    const request = new proto.CreateRequest().setType("ledger:fabric:ChannelMembership").setProperties(inputs);
    const creating = ask<proto.CreateRequest, proto.CreateResponse>(
      (request, callback) => client.create(request, callback),
      request,
    );
    await ask((request, callback) => client.cancel(request, callback), new Empty());
    await assert.rejects(creating, { code: status.CANCELLED });
  });
});
