/** Faults and limits in a line each, in the words of the control API. */
import type { CallMatch, Fault, FaultMatch, Limit } from '../../library/control-types.ts';

export function describeFault({ endpoint, match, calls, probability, window, latency, effect }: Fault): string {
  const parts = [
    ...(effect === undefined ? [] : [describeKind(effect)]),
    ...(latency === undefined ? [] : [`after a wait: ${describeKind(latency)}`]),
    ...(endpoint === 'token' ? ['of token requests'] : []),
    ...describeMatch(match),
    ...(calls === undefined ? [] : [`calls ${describeMembers(calls)}`]),
    ...(probability === 1 ? [] : [`probability ${probability}`]),
    ...(window === undefined ? [] : [`window ${describeMembers(window)}`]),
  ];
  return parts.join('; ');
}

export function describeLimit({ match = {}, per = [], requests, windowSeconds, earlyFactor }: Limit): string {
  const counted = per.length === 0 ? 'in all' : `per ${per.join(' and ')}`;
  const punished = earlyFactor === undefined ? [] : [`${earlyFactor} times the wait for early calls`];
  return [`${requests} in ${windowSeconds} s ${counted}`, ...punished, ...describeMatch(match)].join('; ');
}

function describeMatch(match: CallMatch | FaultMatch): readonly string[] {
  return Object.keys(match).length === 0 ? [] : [`of ${describeMembers(match)}`];
}

function describeKind({ kind, ...members }: { readonly kind: string }): string {
  return [kind, describeMembers(members)].join(' ').trimEnd();
}

function describeMembers(members: object): string {
  return Object.entries(members as Readonly<Record<string, unknown>>)
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join(', ');
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(' or ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
