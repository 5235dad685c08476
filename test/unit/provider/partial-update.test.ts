/** An update that fails half-way, from the engine's view. */
import assert from "node:assert/strict";
import { status, type ServerUnaryCall, type ServiceError } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { EngineLog } from "../../../provider/framework/engine-log";
import { ProviderError } from "../../../provider/framework/errors";
import { decodeProperties, encodeProperties } from "../../../provider/framework/property-value";
import { UpdateInitFailed, type Provider } from "../../../provider/framework/provider";
import { Redactor } from "../../../provider/framework/redact";
import { createService } from "../../../provider/framework/service";

describe("an update that fails half-way", () => {
  it("hands over what is in force by then, so that the engine remembers it and tries again", async () => {
    const detail = new proto.ErrorResourceInitFailed()
      .setId("trade")
      .setInputs(encodeProperties({ timeout: "1s" }))
      .setProperties(encodeProperties({ configSequence: 1 }))
      .setReasonsList(["no leader"]);
    const failing = { update: () => Promise.reject(new UpdateInitFailed(new ProviderError("no leader"), detail)) };
    const redactor = new Redactor();
    const service = createService(failing as unknown as Provider<object>, new EngineLog(redactor), redactor);
    const error = await new Promise<Partial<ServiceError> | null>((resolve) => {
      const call = { request: new proto.UpdateRequest() };
      service.update(call as ServerUnaryCall<proto.UpdateRequest, proto.UpdateResponse>, resolve);
    });
    assert.equal(error?.code, status.FAILED_PRECONDITION);
    assert.equal(error.details, "no leader");
    const [bytes] = error.metadata?.get("grpc-status-details-bin") ?? [];
    const [packed] = Status.deserializeBinary(bytes as Buffer).getDetailsList();
    assert.equal(packed?.getTypeUrl(), "type.googleapis.com/pulumirpc.ErrorResourceInitFailed");
    const told = proto.ErrorResourceInitFailed.deserializeBinary(packed.getValue_asU8());
    assert.equal(told.getId(), "trade");
    assert.deepEqual(decodeProperties(told.getInputs()), { timeout: "1s" });
    assert.deepEqual(decodeProperties(told.getProperties()), { configSequence: 1 });
  });
});
