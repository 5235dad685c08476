/** State of a pod on its way to Ready: in words, and whether it becomes Ready by itself. */
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { busyMark, speakingContainer, stuckMark } from "../../lib/container-words";

/** Reason why a pod does not become Ready by itself. */
export interface PodFault {
  /**
   * `unschedulable` may pass when a machine is added, `refused` when the namespace has room, and `stuck` when another node is
   * reached. The others pass only with another pod or another image.
   */
  kind: "image" | "configuration" | "crash" | "unschedulable" | "refused" | "stuck";
  /** Remedy for people. */
  remedy: string;
}

export interface PodState {
  /** Message of the scheduler or the kubelet. */
  words: string;
  fault?: PodFault;
  /** Whether the node's program runs and has not finished its start, which its startup probe limits. Default: false. */
  isStarting?: boolean;
}

/** Reasons of a waiting container, see the kubelet's `pkg/kubelet/images/types.go` and `pkg/kubelet/kuberuntime`. */
const imageReasons = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError"];
const configurationReasons = ["CreateContainerConfigError", "CreateContainerError", "RunContainerError"];
const crashReasons = ["CrashLoopBackOff"];

const remedies = {
  image:
    "correct the image's name or tag in the stack file, or make it pullable for the cluster's nodes; then `pulumi up` again",
  configuration:
    "the kubelet cannot make the container: correct what it names in the stack file; then `pulumi up` again",
  crash: "read the container's log (kubectl logs --previous), correct the stack file; then `pulumi up` again",
  unschedulable:
    "ask for less in `resources`, or give the cluster machines (and zones) that fit; then `pulumi up` again",
} satisfies Partial<Record<PodFault["kind"], string>>;

/** Whether the pod waits in a container that says in its log what for. */
export function isSpeaking(pod: V1Pod | undefined): boolean {
  const status = pod?.status?.initContainerStatuses?.find(({ name }) => name === speakingContainer);
  return pod?.metadata?.deletionTimestamp === undefined && status?.state?.running !== undefined;
}

/** State of a pod by its log; undefined without a line that tells it. */
export function spokenState(log: string): PodState | undefined {
  const line = log.split("\n").findLast((each) => each.startsWith(busyMark) || each.startsWith(stuckMark));
  if (line === undefined) return undefined;
  const container = `container ${speakingContainer}`;
  if (line.startsWith(busyMark)) return { words: `${container} ${line.slice(busyMark.length)}`, isStarting: true };
  const [words = "", ...remedy] = line.slice(stuckMark.length).split("; ");
  return { words: `${container}: ${words}`, fault: { kind: "stuck", remedy: remedy.join("; ") } };
}

/** Whether the pod serves, and is not being deleted. */
export function isReady(pod: V1Pod | undefined): boolean {
  if (pod === undefined || pod.metadata?.deletionTimestamp !== undefined) return false;
  return pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

/** State of a pod that is not Ready; `undefined` stands for a missing pod. */
export function podState(pod: V1Pod | undefined): PodState {
  if (pod === undefined) return { words: "it does not exist yet" };
  if (pod.metadata?.deletionTimestamp !== undefined) return { words: "it is being deleted" };
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  if (unscheduled !== undefined) {
    const words = `not scheduled: ${unscheduled.message ?? unscheduled.reason ?? "no reason given"}`;
    // Volumes that do not exist yet, or that the next step of the program creates, are no lack of machines.
    const isFault = unscheduled.reason === "Unschedulable" && !/unbound immediate|persistentvolumeclaim/.test(words);
    return isFault ? { words, fault: fault("unschedulable") } : { words };
  }
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const states = statuses.map(containerState).filter((state) => state !== undefined);
  return (
    states.find((state) => state.fault !== undefined) ??
    states[0] ?? { words: `phase ${pod.status?.phase ?? "unknown"}` }
  );
}

/** Reason why this container keeps the pod from being Ready; undefined if it does not. */
function containerState({
  name,
  state,
  lastState,
  ready,
  restartCount,
  started,
}: V1ContainerStatus): PodState | undefined {
  const { waiting, running, terminated } = state ?? {};
  if (waiting?.reason !== undefined) {
    const words = [`container ${name}: ${waiting.reason}`, waiting.message].filter(Boolean).join(": ");
    if (imageReasons.includes(waiting.reason)) return { words, fault: fault("image") };
    if (configurationReasons.includes(waiting.reason)) return { words, fault: fault("configuration") };
    if (crashReasons.includes(waiting.reason)) {
      return { words: `${words}${ending(lastState?.terminated)}`, fault: fault("crash") };
    }
    return { words };
  }
  if (terminated !== undefined && terminated.exitCode !== 0) {
    return { words: `container ${name}${ending(terminated)}`, fault: fault("crash") };
  }
  if (running !== undefined && !ready) {
    return {
      words: `container ${name} runs but is not ready (restarts: ${restartCount})`,
      isStarting: started !== true,
    };
  }
  return undefined;
}

/** End of a container: its exit code, and its last messages if the kubelet has them. */
function ending(terminated: { exitCode: number; reason?: string; message?: string } | undefined): string {
  if (terminated === undefined) return "";
  const reason = terminated.reason === undefined || terminated.reason === "Error" ? "" : `, ${terminated.reason}`;
  const message = terminated.message?.trim();
  return ` (ended with code ${terminated.exitCode}${reason}${message ? `: ${lastLines(message)}` : ""})`;
}

/** Last lines of a log, which have the cause; lines before them are those of any start. */
function lastLines(message: string): string {
  return message.split("\n").slice(-3).join(" | ");
}

function fault(kind: keyof typeof remedies): PodFault {
  return { kind, remedy: remedies[kind] };
}
