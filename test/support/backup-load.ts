/** Writes of which each shows in the data, and which of them a state of the data contains. */
import { openClient } from './crash-load.ts';
import type { Send } from './crash-load.ts';
import type { ReadyLine } from './server-process.ts';

/** One write. Ticks count what happened here, so that they say what came before what. */
export interface SentWrite {
  readonly sentAt: number;
  /** Infinity while it is not answered. */
  answeredAt: number;
}

export interface BackupLoad {
  /** By lane, in their order: a lane sends a write after the answer to the one before. */
  readonly lanes: readonly (readonly SentWrite[])[];
  readonly tick: () => number;
  /** Settles when the last write is answered. */
  stop(): Promise<void>;
}

/** A create and so many updates, then the next create: each update sets the percentage one higher. */
const UPDATES = 3;
const WRITES = UPDATES + 1;

export function startLoad(ready: ReadyLine, token: string, laneCount: number): BackupLoad {
  let [ticks, isStopping] = [0, false];
  const tick = (): number => (ticks += 1);
  const lanes = Array.from({ length: laneCount }, (): SentWrite[] => []);
  const running = lanes.map((lane, number) => runLane({ lane, number, ready, token, tick, isOver: () => isStopping }));
  const finished = Promise.all(running);
  // Whoever stops the load is told.
  finished.catch(() => {});
  return {
    lanes,
    tick,
    stop: async () => {
      isStopping = true;
      await finished;
    },
  };
}

interface LaneRun {
  readonly lane: SentWrite[];
  readonly number: number;
  readonly ready: ReadyLine;
  readonly token: string;
  readonly tick: () => number;
  readonly isOver: () => boolean;
}

async function runLane({ lane, number, ready, token, tick, isOver }: LaneRun): Promise<void> {
  const { send, close } = openClient(ready, token);
  const path = `/learningProviders/${ready.samples['registrationId']}/learningCourseActivities`;
  const write = async (...request: Parameters<Send>) => {
    const sent: SentWrite = { sentAt: tick(), answeredAt: Infinity };
    lane.push(sent);
    const { status, body } = await send(...request);
    if (status >= 300) throw new Error(`${request[0]} was answered with ${status}: ${JSON.stringify(body)}`);
    sent.answeredAt = tick();
    return body as { readonly id: string };
  };
  try {
    for (let round = 0; !isOver(); round += 1) {
      const { id } = await write('POST', path, activityOf(ready, externalIdOf(number, round)));
      for (let percentage = 1; percentage <= UPDATES; percentage += 1) {
        await write('PATCH', `${path}/${id}`, { status: 'inProgress', completionPercentage: percentage });
      }
    }
  } finally {
    await close();
  }
}

function activityOf(ready: ReadyLine, externalId: string): Readonly<Record<string, unknown>> {
  return {
    '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
    externalcourseActivityId: externalId,
    learnerUserId: ready.users['learner']?.id,
    learningContentId: ready.samples['learningContentId'],
    status: 'inProgress',
    completionPercentage: 0,
  };
}

const externalIdOf = (lane: number, round: number): string => `lane ${lane} round ${round}`;

/**
 * What keeps a state from being one that some prefix of the answered writes explains; empty when it is one.
 * @param percentages of the state, by external id
 */
export function findGaps({ lanes }: BackupLoad, percentages: ReadonlyMap<string, number>): readonly string[] {
  const gaps: string[] = [];
  let [lastSent, firstAnswered] = [-Infinity, Infinity];
  for (const [number, lane] of lanes.entries()) {
    const contained = lane.map((_, at) => {
      const percentage = percentages.get(externalIdOf(number, Math.floor(at / WRITES)));
      return percentage !== undefined && percentage >= at % WRITES;
    });
    const first = contained.indexOf(false);
    if (first !== -1 && contained.includes(true, first)) gaps.push(`lane ${number} lacks write ${first}`);
    for (const [at, { sentAt, answeredAt }] of lane.entries()) {
      if (contained[at] === true) lastSent = Math.max(lastSent, sentAt);
      else firstAnswered = Math.min(firstAnswered, answeredAt);
    }
  }
  if (firstAnswered < lastSent)
    gaps.push(`what was answered at ${firstAnswered} is missing, not what was sent at ${lastSent}`);
  return gaps;
}
