/** Limits of waits for pods: unlimited while pods progress, short after it is clear that they do not. */
import { ProviderError } from "../framework/errors";
import type { PodState } from "./pod-state";

/**
 * Milliseconds that a fault may last: long enough for a short failure of a registry, and for a program that ends once
 * or twice at its start since another one is missing; short enough to be reported within half a minute.
 */
export const faultMs = 25_000;

/**
 * Milliseconds without a change of state after which the wait for a pod without a known fault ends: pulls of large
 * images, volumes that move between machines and deletions on a lost machine take less.
 */
export const standstillMs = 600_000;

/** Milliseconds after which the wait for an unschedulable pod ends although a machine is being added. */
const scaleUpMs = 900_000;

/** A pod, or a workload's pods, that will not become Ready without help. */
export class PodFaultError extends ProviderError {
  override readonly name = "PodFaultError";
}

/** Follows the states of a pod or a whole workload, and ends a wait that has become pointless. */
export class PodPatience {
  private uid: string | undefined;
  private words: string | undefined;
  private sameSince = 0;
  private faultSince: number | undefined;
  private faultlessSince: number | undefined;

  /** @param name Name in messages: `trade-org1/peer0-0 of org1/peer0`. */
  constructor(
    private readonly kind: "pod" | "Deployment" | "StatefulSet",
    private readonly name: string,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Evaluates the present state.
   *
   * @param uid Uid of the pod; a successor starts anew. For a workload: a value that changes with every progress.
   * @param isScalingUp Whether a machine for the pod is being added.
   * @returns Milliseconds until the next look, if no change is reported before.
   * @throws PodFaultError with the pod, its obstacle and the remedy
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
      const limit = state.fault.kind === "unschedulable" && isScalingUp ? scaleUpMs : faultMs;
      return this.leftOf(limit, this.faultSince, `${state.words}; ${state.fault.remedy}`);
    }
    if (state.isStarting === true) return standstillMs;
    return this.leftOf(
      standstillMs,
      this.sameSince,
      `${state.words}; look at its events (kubectl describe ${this.kind.toLowerCase()})`,
    );
  }

  /** Whether a program recovered: one that ran for a while did, one that soon ended again did not. */
  private hasRecovered(now: number): boolean {
    return this.faultlessSince !== undefined && now - this.faultlessSince > faultMs;
  }

  private leftOf(limit: number, since: number, words: string): number {
    const waited = this.now() - since;
    if (waited < limit) return limit - waited;
    const seconds = Math.round(waited / 1000);
    throw new PodFaultError(`${this.kind} ${this.name} does not get Ready: for ${seconds} s now, ${words}`);
  }
}
