/** How long to wait for pods: as long as they get on, and not much longer than it takes to see that they do not. */
import { ProviderError } from "../framework/errors";
import type { PodState } from "./pod-state";

/**
 * Milliseconds that a fault may last before it counts: long enough for a registry's hiccup and for a program that ends
 * at its start once or twice, since another one is not there yet; short enough to be told within half a minute.
 */
export const FAULT_MS = 25_000;

/**
 * Milliseconds without any change of its state after which a pod is given up that no fault explains: pulls of large
 * images, volumes that move between machines and deletions on a lost machine end well within it.
 */
export const STANDSTILL_MS = 600_000;

/** Milliseconds after which an unschedulable pod is given up although a machine is said to be on its way. */
const SCALE_UP_MS = 900_000;

/** A pod, or a workload's pods, that will not get Ready without help. */
export class PodFaultError extends ProviderError {
  override readonly name = "PodFaultError";
}

/** Follows the states of one pod, or of a workload as a whole, and says when waiting for it has become pointless. */
export class PodPatience {
  private uid: string | undefined;
  private words: string | undefined;
  private sameSince = 0;
  private faultSince: number | undefined;
  private faultlessSince: number | undefined;

  /** @param name as messages name it: `trade-org1/peer0-0 of org1/peer0` */
  constructor(
    private readonly kind: "pod" | "Deployment" | "StatefulSet",
    private readonly name: string,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Takes in what is seen now.
   *
   * @param uid the pod's; a successor starts anew. Of a workload: anything that is another with every step forward
   * @param isScalingUp whether somebody makes a machine for the pod
   * @returns milliseconds until it should be looked at again, even if nothing is heard of it
   * @throws PodFaultError that names it, what keeps it and what to do
   */
  see(uid: string | undefined, state: PodState, isScalingUp = false): number {
    const now = this.now();
    if (uid !== this.uid || this.hasRecovered(now)) this.faultSince = undefined;
    this.faultlessSince = state.fault === undefined ? (this.faultlessSince ?? now) : undefined;
    if (uid !== this.uid || state.words !== this.words) this.sameSince = now;
    this.uid = uid;
    this.words = state.words;
    if (state.fault !== undefined) {
      this.faultSince ??= now;
      const limit = state.fault.kind === "unschedulable" && isScalingUp ? SCALE_UP_MS : FAULT_MS;
      return this.leftOf(limit, this.faultSince, `${state.words}; ${state.fault.remedy}`);
    }
    if (state.isStarting === true) return STANDSTILL_MS;
    return this.leftOf(
      STANDSTILL_MS,
      this.sameSince,
      `${state.words}; look at its events (kubectl describe ${this.kind.toLowerCase()})`,
    );
  }

  /** A program that ran for a while had got over its fault; one that ends again soon has not. */
  private hasRecovered(now: number): boolean {
    return this.faultlessSince !== undefined && now - this.faultlessSince > FAULT_MS;
  }

  private leftOf(limit: number, since: number, words: string): number {
    const waited = this.now() - since;
    if (waited < limit) return limit - waited;
    const seconds = Math.round(waited / 1000);
    throw new PodFaultError(`${this.kind} ${this.name} does not get Ready: for ${seconds} s now, ${words}`);
  }
}
