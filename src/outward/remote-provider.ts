/**
 * The provider there, which only a user may register or change: Microsoft Graph takes no application permission for it. So
 * the token is one that its administrator brings along.
 */
import type { RegistrationId } from '../lib/ids.ts';
import { findGuid } from '../lib/ids.ts';
import type { Entity } from '../model/entity.ts';
import { isJsonObject } from '../odata/payload.ts';
import { describeAnswer } from './outcome.ts';
import { providerPath, PROVIDERS_PATH } from './paths.ts';
import type { OpenTarget } from './open-target.ts';
import { TargetTrouble } from './token.ts';

export interface RegisteredProvider {
  readonly id: RegistrationId;
  readonly isNew: boolean;
}

/** Registers it, or brings it up to date where it is registered. @throws TargetTrouble with what the other side answers */
export async function registerProvider(
  { client, parts: { target, store } }: OpenTarget,
  provider: Entity<'learningProvider'>,
  token: string,
): Promise<RegisteredProvider> {
  const { signal } = new AbortController();
  const body = Object.fromEntries(Object.entries(provider).filter(([name]) => name !== 'id'));
  await store.addTarget();
  const known = target.remoteProvider ?? (await store.findTarget())?.remoteProviderId;
  if (known !== undefined) {
    const answer = await client.send({ method: 'PATCH', path: providerPath(known), body, token }, signal);
    if (answer.kind === 'answer' && answer.status < 300) return { id: known, isNew: false };
    throw new TargetTrouble(`The provider ${known} was not changed: ${describeAnswer(answer)}`);
  }
  const answer = await client.send({ method: 'POST', path: PROVIDERS_PATH, body, token }, signal);
  const id =
    answer.kind === 'answer' && isJsonObject(answer.body)
      ? findGuid<RegistrationId>(String(answer.body['id']))
      : undefined;
  if (answer.kind !== 'answer' || answer.status >= 300 || id === undefined)
    throw new TargetTrouble(`The provider was not registered: ${describeAnswer(answer)}`);
  await store.write(store.writes.setProvider(id));
  return { id, isNew: true };
}
