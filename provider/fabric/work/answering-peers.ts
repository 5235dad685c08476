/** Peers of this stack that tell of a channel side by side, so that a silent one holds up nothing that another one knows. */
import { withinTime } from "../../framework/time-limit";
import { stoppedError, unlessStopped } from "../../framework/wait";
import { oneOfSeveralMs } from "../../kubernetes/ask-patiently";
import { messageOf } from "../../../lib/errors";
import type { Identity } from "../clients/identity";
import { NodeError, UnreachableError } from "../clients/node-error";
import type { Session } from "../clients/session";
import type { NodeAddress } from "../sdk";

export interface KnownPeer {
  peer: NodeAddress;
  /** Administrator of its organisation, who asks. */
  identity: Identity;
}

/** What a peer answered. */
export interface Told<T> {
  known: KnownPeer;
  told: T;
}

export class AnsweringPeers {
  private listening: readonly KnownPeer[];

  /**
   * @param speaker first of the peers
   * @param patienceMs milliseconds for each of several peers. Default: as within a refresh
   */
  constructor(
    private readonly session: Session,
    speaker: KnownPeer,
    others: readonly KnownPeer[],
    private readonly patienceMs = oneOfSeveralMs,
  ) {
    this.listening = [speaker, ...others];
  }

  /** The first of those that answered last. */
  get speaker(): KnownPeer {
    return this.listening[0]!;
  }

  /**
   * Answers of all peers that give one in time. The others are asked no more, since each question would wait for them again. Where none
   * answers in time, the first that does it later counts, within the time of the operation.
   *
   * @param what the thing to tell, for messages: `the config of channel trade`
   * @throws NodeError when those that answer refuse
   */
  async ask<T>(what: string, question: (known: KnownPeer) => Promise<T>): Promise<Told<T>[]> {
    const asked = this.listening.map((known) => ({
      known,
      answer: question(known).then((told): Told<T> => ({ known, told })),
    }));
    if (asked.length === 1) return Promise.all(asked.map(({ answer }) => answer));
    const failures: { known: KnownPeer; failure: unknown }[] = [];
    const answers = await Promise.all(
      asked.map(({ known, answer }) =>
        this.inTime(answer, `${known.peer.name} to tell ${what}`).catch((failure: unknown) => {
          failures.push({ known, failure });
          return undefined;
        }),
      ),
    );
    const told = answers.filter((answer) => answer !== undefined);
    const { signal, log } = this.session.context;
    if (signal.aborted) throw stoppedError(signal, `asking for ${what}`);
    if (told.length === 0) {
      const refusal = failures.find(
        ({ failure }) => failure instanceof NodeError && !(failure instanceof UnreachableError),
      );
      if (refusal !== undefined) throw refusal.failure;
      return [await firstOf(asked.map(({ answer }) => answer))];
    }
    for (const { known, failure } of failures) {
      log.warn(`${known.peer.name} does not tell ${what}, and counts as absent: ${messageOf(failure)}`);
    }
    this.listening = told.map(({ known }) => known);
    return told;
  }

  private inTime<T>(answer: Promise<T>, waitingFor: string): Promise<T> {
    return withinTime(this.patienceMs, this.session.context.signal, (signal) =>
      unlessStopped(answer, signal, `waiting for ${waitingFor}`),
    );
  }
}

/** The first answer. @throws error of the first that was asked, where none answers */
async function firstOf<T>(answers: readonly Promise<T>[]): Promise<T> {
  try {
    return await Promise.any(answers);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}
