/** What became of a request with notifications, and how a subscription stands, as people say it. */
import type { SubscriptionDescription } from '../../../src/library/admin-types.ts';
import { formatNumber } from '../parts/format.ts';
import { notificationTexts as texts } from './notification-texts.ts';

export type Outcome = Pick<NonNullable<SubscriptionDescription['lastDelivery']>, 'status' | 'problem'>;

type OutcomeName = keyof typeof texts.outcomes;

const OF_STATUS: Readonly<Record<number, OutcomeName>> = {
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'gone',
  410: 'gone',
  429: 'tooMany',
};

/** @param own what says it better for requests of a kind */
export function describeOutcome({ status, problem }: Outcome, own: Partial<Record<OutcomeName, string>> = {}): string {
  const outcomes = { ...texts.outcomes, ...own };
  if (problem === null) return outcomes.taken;
  if (status !== null) {
    return outcomes[OF_STATUS[status] ?? (status < 400 ? 'redirect' : status < 500 ? 'refused' : 'failed')];
  }
  return Object.hasOwn(outcomes, problem) ? outcomes[problem as OutcomeName] : texts.unknown(problem);
}

export interface Standing {
  readonly colour: 'danger' | 'warning' | 'informative' | 'success';
  readonly label: string;
}

interface Delivered {
  readonly waiting: number;
  readonly dead: number;
  readonly lastDelivery: Outcome | null;
}

export function describeStanding({ waiting, dead, lastDelivery }: Delivered): Standing {
  if (dead > 0) return { colour: 'danger', label: texts.states.dead(formatNumber(dead)) };
  if (waiting > 0) {
    return lastDelivery !== null && lastDelivery.problem !== null
      ? { colour: 'warning', label: texts.states.failing(formatNumber(waiting)) }
      : { colour: 'informative', label: texts.states.waiting(formatNumber(waiting)) };
  }
  return lastDelivery === null
    ? { colour: 'informative', label: texts.states.idle }
    : { colour: 'success', label: texts.states.taken };
}

const RESOURCE = /^\/?employeeExperience\/(?:learningProviders(?:\('([^']+)'\)|\/([^/]+))\/)?(\w+)$/i;

/** `Contents of Fabrikam`; as it stands where it is spelled in another way. */
export function describeResource(resource: string, nameOf: (provider: string) => string): string {
  const [, quoted, bare, list = ''] = RESOURCE.exec(resource) ?? [];
  const items = texts.resources[list];
  if (items === undefined) return resource;
  const provider = quoted ?? bare;
  return provider === undefined ? texts.ofAll(items) : texts.ofOne(items, nameOf(provider));
}

const CHANGE_TYPES = ['created', 'updated', 'deleted'];

/** For the narrow column of a list. */
export function describeChanges(changeType: string): string {
  const types = changeType.split(',');
  return CHANGE_TYPES.every((one) => types.includes(one)) ? texts.allChanges : types.join(', ');
}
