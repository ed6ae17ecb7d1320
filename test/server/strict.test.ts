/** What a server notes of requests that the schema has otherwise, as the journal tells it. Refusals are rows of a table. */
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import type { Tolerance } from '../../src/model/behaviour.ts';
import { DEVIATIONS } from '../../src/model/deviations.ts';
import type { Deviation } from '../../src/odata/message.ts';
import {
  DEVIATION_SAMPLES,
  findRefused,
  settingsOfSample,
  TOLERANCES,
} from '../../src/conformance/tables/deviation-samples.ts';
import type { DeviationSample } from '../../src/conformance/tables/deviation-samples.ts';
import { startTenantServer } from '../support/tenants.ts';
import type { OwnTenant, TenantServer } from '../support/tenants.ts';

const seed = join(import.meta.dirname, '..', '..', 'seeds', 'conformance.yaml');
const names = Object.keys(DEVIATIONS);
const cases = TOLERANCES.flatMap((tolerance) =>
  DEVIATION_SAMPLES.map((sample) => [tolerance, `${sample.name}: ${sample.found || sample.expected}`, sample] as const),
);
const accepted = cases.filter(([tolerance, , sample]) => findRefused(sample, tolerance) === undefined);
const refused = cases.filter(([tolerance, , sample]) => findRefused(sample, tolerance) !== undefined);

test('every deviation has a sample', () => {
  expect(new Set(DEVIATION_SAMPLES.map(({ name }) => name))).toEqual(new Set(names));
});

const servers = new Map<string, Promise<TenantServer>>();
afterAll(async () => {
  for (const server of servers.values()) await (await server)[Symbol.asyncDispose]();
});

/** One for all samples that need the same settings, in a tenant of its own for each of the requests of a test. */
async function takePlace(sample: DeviationSample, tolerance: Tolerance = 'default'): Promise<Place> {
  const { settings = {} } = sample;
  const own = settingsOfSample(sample, tolerance);
  const name = JSON.stringify(own);
  const like = DEVIATION_SAMPLES.filter((other) => JSON.stringify(other.settings ?? {}) === JSON.stringify(settings));
  // As it was sent, as it should be, and one more for all of them in one request.
  const started = servers.get(name) ?? startTenantServer({ seed, copies: 2 * like.length + 1, settings: own });
  servers.set(name, started);
  const server = await started;
  return { server, tenant: server.takeTenant() };
}

describe('a server notes', () => {
  test.each(accepted)('%s: %s', async (tolerance, _title, sample) => {
    const entry = await send(await takePlace(sample, tolerance), sample);
    expect(entry).toMatchObject({ status: sample.status, deviations: [...besides(sample), shown(sample)] });
  });

  test.each(accepted)('%s: nothing in place of %s', async (tolerance, _title, sample) => {
    const entry = await send(await takePlace(sample, tolerance), { ...sample, ...sample.right });
    expect(entry).toMatchObject({ status: sample.status, deviations: besides(sample) });
  });

  test('all of them in one request, also when it is refused for something else', async () => {
    const sample = DEVIATION_SAMPLES.find(({ name }) => name === 'segmentCasing') as DeviationSample;
    const target = 'GET /EmployeeExperience//learningCourseActivities/none?Select=Status';
    const { status, deviations } = await send(await takePlace(sample), { ...sample, send: target });
    expect(status).toBe(404);
    expect(deviations.map(({ name }) => name)).toEqual([
      'segmentCasing',
      'segmentEmpty',
      'optionWithoutDollar',
      'propertyCasing',
    ]);
  });
});

describe('a server refuses with a row that the table names', () => {
  test.each(refused)('%s: %s', async (tolerance, _title, sample) => {
    const entry = await send(await takePlace(sample, tolerance), sample);
    const { refusals } = DEVIATIONS[findRefused(sample, tolerance)?.name ?? sample.name];
    expect(refusals).toContain(entry.refusal?.row);
    expect(entry.deviations).toEqual([]);
  });
});

function shown({ name, found, expected }: Deviation): Deviation {
  return { name, found, expected };
}

function besides({ beside }: DeviationSample): readonly Deviation[] {
  return beside === undefined ? [] : [shown(beside)];
}

interface Place {
  readonly server: TenantServer;
  readonly tenant: OwnTenant;
}

/** What the journal has of a request. */
interface Entry {
  readonly status: number;
  readonly deviations: readonly Deviation[];
  readonly refusal?: { readonly row: string };
}

/** Of a batch the entry of its own, not one of an item. */
async function send({ server, tenant }: Place, sample: DeviationSample): Promise<Entry> {
  const [method = '', path = ''] = sample.send.split(' ');
  const authorization = await tenant.authorize(sample.as);
  const json = sample.json === undefined ? {} : { json: sample.json };
  const { headers } = await server.call({ method, path: `/v1.0${path}`, headers: { authorization }, ...json });
  const { url, token } = server.app.control as { readonly url: string; readonly token: string };
  const journal = `${new URL(url).pathname}/journal?requestId=${headers['request-id']}`;
  const { body } = await server.call({ path: journal, token });
  return body.value.find(({ batch }: { readonly batch?: object }) => batch === undefined);
}
