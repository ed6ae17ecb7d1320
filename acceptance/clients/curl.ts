/** `curl`: what the documentation prints, and what other clients put on the wire. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { newAssignment } from '../support/activity.ts';
import type { Body } from '../support/activity.ts';
import { bearer, JSON_TYPE, openCurl } from '../support/curl.ts';
import type { Curl, CurlAnswer } from '../support/curl.ts';
import type { Scene } from '../support/scene.ts';
import type { Cases, Suite } from '../support/suite.ts';

export const suite: Suite = {
  client: 'curl',
  cases: (scene) => {
    const curl = openCurl(scene);
    return { ...bodies(scene, curl), ...addresses(scene, curl), ...heads(scene, curl), ...tokens(scene, curl) };
  },
};

function urlOf({ target }: Scene, path: string, version = 'v1.0'): string {
  return `${target.baseUrl}/${version}${path}`;
}

async function create(scene: Scene, curl: Curl, body: Body = newAssignment(scene)): Promise<CurlAnswer> {
  const words = [...(await bearer(scene)), ...JSON_TYPE, '-d', JSON.stringify(body)];
  return keep(scene, await curl('-X', 'POST', urlOf(scene, scene.activities()), ...words));
}

/** Passes on the answer to a create. */
function keep(scene: Scene, answer: CurlAnswer): CurlAnswer {
  assert.equal(answer.status, 201, answer.text);
  scene.removeLater(answer.json['id']);
  return answer;
}

function bodies(scene: Scene, curl: Curl): Cases {
  const send = async (body: string, ...words: string[]): Promise<CurlAnswer> =>
    curl('-X', 'POST', urlOf(scene, scene.activities()), ...(await bearer(scene)), ...words, '-d', body);
  const json = (): string => JSON.stringify(newAssignment(scene));
  return {
    'O1 O2 create, read, update and delete': async () => {
      const made = await create(scene, curl);
      const address = `${urlOf(scene, scene.activities())}/${made.json['id'] as string}`;
      const token = await bearer(scene);
      const changes = JSON.stringify({ '@odata.type': '#microsoft.graph.learningAssignment', status: 'inProgress' });
      const changed = await curl('-X', 'PATCH', address, ...token, ...JSON_TYPE, '-d', changes);
      assert.deepEqual([changed.status, changed.text, changed.headers['content-type']], [204, '', undefined]);
      const read = await curl(address, ...token);
      assert.deepEqual([read.status, read.json['status']], [200, 'inProgress']);
      const removed = await curl('-X', 'DELETE', address, ...token);
      assert.deepEqual([removed.status, removed.text, removed.headers['content-type']], [204, '', undefined]);
    },
    'T4 a gzip body': async () => {
      const folder = await mkdtemp(join(tmpdir(), 'vivarium-curl-'));
      try {
        const file = join(folder, 'body.gz');
        await writeFile(file, gzipSync(json()));
        const words = [...(await bearer(scene)), ...JSON_TYPE, '-H', 'Content-Encoding: gzip'];
        const url = urlOf(scene, scene.activities());
        keep(scene, await curl('-X', 'POST', url, ...words, '--data-binary', `@${file}`));
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    'T4 E1 an encoding that is not known: 415, whereupon clients send without it': async () => {
      const refused = await send(json(), ...JSON_TYPE, '-H', 'Content-Encoding: br');
      assert.equal(refused.status, 415);
      checkEnvelope(refused);
    },
    'T5 a chunked body': async () => {
      keep(scene, await send(json(), ...JSON_TYPE, '-H', 'Transfer-Encoding: chunked'));
    },
    'T6 a DELETE and a GET with Content-Type and no body': async () => {
      const made = await create(scene, curl);
      const address = `${urlOf(scene, scene.activities())}/${made.json['id'] as string}`;
      const words = [...(await bearer(scene)), ...JSON_TYPE];
      assert.equal((await curl(address, ...words)).status, 200);
      assert.equal((await curl('-X', 'DELETE', address, ...words)).status, 204);
    },
    'T7 content types with parameters, in any case': async () => {
      const types = ['application/json; charset=utf-8', 'APPLICATION/JSON;odata.metadata=minimal'];
      for (const type of types) keep(scene, await send(json(), '-H', `Content-Type: ${type}`));
    },
    'T7 E1 -d without a Content-Type: a refusal in JSON': async () => {
      const refused = await send(json());
      assert.equal(refused.status, 415);
      checkEnvelope(refused);
    },
    'B2 @odata.type anywhere in the body, with and without its number sign': async () => {
      const { '@odata.type': type, ...rest } = newAssignment(scene);
      keep(scene, await send(JSON.stringify({ ...rest, '@odata.type': type }), ...JSON_TYPE));
      const bare = { ...rest, externalCourseActivityId: randomUUID(), '@odata.type': String(type).slice(1) };
      keep(scene, await send(JSON.stringify(bare), ...JSON_TYPE));
    },
  };
}

function addresses(scene: Scene, curl: Curl): Cases {
  const get = async (...words: string[]): Promise<CurlAnswer> => curl(...(await bearer(scene)), ...words);
  return {
    'P1 P3 by id with a raw colon, by alternate key, and by key without quotes': async () => {
      const { json } = await create(scene, curl);
      const collection = urlOf(scene, scene.activities());
      const key = String(json['externalCourseActivityId']);
      const id = String(json['id']);
      const ends = [`/${id}`, `(externalCourseActivityId='${key}')`, `(externalCourseActivityId=${key})`];
      for (const end of ends) assert.equal((await get(collection + end)).json['id'], id, end);
    },
    "P5 --data-urlencode '$top=2' and its links in either form": async () => {
      for (let count = 0; count < 3; count += 1) await create(scene, curl);
      const url = urlOf(scene, scene.activities());
      const first = await get('-G', url, '--data-urlencode', '$top=2');
      assert.equal((first.json['value'] as unknown[]).length, 2);
      const link = String(first.json['@odata.nextLink']);
      const second = await get(link);
      const encoded = await get(link.replaceAll('$', '%24'));
      assert.deepEqual(second.json['value'], encoded.json['value']);
    },
    'T10 a trailing slash is served or refused, never redirected': async () => {
      const answer = await get(`${urlOf(scene, scene.activities())}/`);
      assert.ok(answer.status < 300 || answer.status >= 400, String(answer.status));
      assert.equal(answer.headers['location'], undefined);
    },
    'T11 doubled slashes': async () => {
      const answer = await get('--path-as-is', urlOf(scene, `/${scene.activities()}?$top=1`));
      assert.equal(answer.status, 200, answer.text);
    },
    'T3 HTTP/2 is offered and HTTP/1.1 answered': async () => {
      const answer = await get('--http2', urlOf(scene, `${scene.activities()}?$top=1`));
      assert.equal(answer.status, 200);
    },
    'E1 a refusal in JSON for whatever is not served': async () => {
      const [unknown, method, version] = [
        await get(urlOf(scene, '/employeeExperience/nothing')),
        await get('-X', 'PUT', urlOf(scene, scene.activities())),
        await get(urlOf(scene, '/employeeExperience', 'v2.0')),
      ];
      assert.deepEqual([unknown.status, method.status, version.status], [400, 405, 400]);
      for (const answer of [unknown, method, version]) checkEnvelope(answer);
    },
  };
}

function heads(scene: Scene, curl: Curl): Cases {
  const list = async (...words: string[]): Promise<CurlAnswer> =>
    curl(urlOf(scene, `${scene.activities()}?$top=1`), ...(await bearer(scene)), ...words);
  return {
    'T8 no Accept is refused': async () => {
      for (const accept of ['*/*', 'text/html', 'application/xml', 'text/plain;q=0.9', 'application/json;odata=x']) {
        const answer = await list('-H', `Accept: ${accept}`);
        assert.equal(answer.status, 200, accept);
        assert.equal(answer.headers['content-type']?.split(';')[0], 'application/json');
      }
    },
    'T9 headers that clients add are no fault': async () => {
      const version = 'graph-js/3.0.7 (featureUsage=7)';
      const headers = {
        SdkVersion: `${version}, ${version}`,
        'Retry-Attempt': '2',
        Prefer: 'respond-async, x=y',
        ConsistencyLevel: 'eventual',
        'X-PnPjs-RequestId': '1',
        HostOs: 'Linux',
        RuntimeEnvironment: '.NET 8',
        'Cache-Control': 'no-store, no-cache',
        'sec-fetch-mode': 'cors',
        'accept-language': '*',
      };
      const words = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
      assert.equal((await list(...words)).status, 200);
    },
    'O12 ids and date on every answer, and the id of the client comes back': async () => {
      const id = randomUUID();
      const refused = await curl(urlOf(scene, scene.activities()), '-H', `client-request-id: ${id}`);
      for (const answer of [await list('-H', `client-request-id: ${id}`), refused]) {
        assert.match(String(answer.headers['request-id']), /^[0-9a-f-]{36}$/);
        assert.equal(answer.headers['client-request-id'], id);
        assert.ok(answer.headers['date']);
      }
      const { innerError } = refused.json['error'] as { innerError: Record<string, string> };
      assert.equal(innerError['client-request-id'], id);
    },
    'T13 a browser may ask and read': async () => {
      const asked =
        'authorization,content-type,sdkversion,client-request-id,prefer,consistencylevel,retry-attempt,x-pnpjs-requestid';
      const origin = ['-H', 'Origin: https://app.contoso.com'];
      const question = ['Access-Control-Request-Method: POST', `Access-Control-Request-Headers: ${asked}`];
      const words = [...origin, ...question.flatMap((header) => ['-H', header])];
      const preflight = await curl('-X', 'OPTIONS', urlOf(scene, scene.activities()), ...words);
      assert.ok(preflight.status === 200 || preflight.status === 204);
      const allowed = listOf(preflight.headers['access-control-allow-headers']);
      for (const name of asked.split(',')) assert.ok(allowed.includes(name) || allowed.includes('*'), name);
      assert.ok(listOf(preflight.headers['access-control-allow-methods']).includes('patch'));
      const answer = await list(...origin);
      assert.match(String(answer.headers['access-control-allow-origin']), /^(\*|https:\/\/app\.contoso\.com)$/);
      const exposed = listOf(answer.headers['access-control-expose-headers']);
      for (const name of ['request-id', 'client-request-id', 'retry-after', 'location', 'www-authenticate']) {
        assert.ok(exposed.includes(name), name);
      }
    },
  };
}

function tokens(scene: Scene, curl: Curl): Cases {
  return {
    'I3 I5 a token by form, with parameters that are not known': async () => {
      const { clientId, clientSecret } = scene.app('writer');
      const fields = {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'https://graph.microsoft.com/.default',
        'x-client-SKU': 'curl',
        claims: '{"access_token":{"xms_cc":{"values":["cp1"]}}}',
      };
      const words = Object.entries(fields).flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`]);
      const answer = await curl(`${scene.target.tokenUrl}?client-request-id=${randomUUID()}`, ...words);
      assert.equal(answer.status, 200, answer.text);
      assert.equal(typeof answer.json['expires_in'], 'number');
      assert.match(String(answer.headers['cache-control']), /no-store/);
    },
    'I3 the scopes of OpenID Connect that MSAL for Java and for Go add to every request': async () => {
      const { clientId, clientSecret } = scene.app('writer');
      const fields = {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'https://graph.microsoft.com/.default openid profile offline_access',
      };
      const words = Object.entries(fields).flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`]);
      const answer = await curl(scene.target.tokenUrl, ...words);
      assert.equal(answer.status, 200, answer.text);
    },
    'E5 K5 no token, and a token that nobody signed: 401 with a challenge and no claims in it': async () => {
      const unsigned = ['{"alg":"none"}', '{"aud":"https://graph.microsoft.com"}', '']
        .map((part) => Buffer.from(part).toString('base64url'))
        .join('.');
      for (const words of [[], ['-H', `Authorization: Bearer ${unsigned}`]]) {
        const answer = await curl(urlOf(scene, scene.activities()), ...words);
        assert.equal(answer.status, 401);
        assert.match(String(answer.headers['www-authenticate']), /^Bearer realm="".*authorization_uri="/);
        assert.doesNotMatch(String(answer.headers['www-authenticate']), /claims/);
        checkEnvelope(answer);
      }
    },
  };
}

/** The one form that every refusal has. */
function checkEnvelope({ headers, json, text }: CurlAnswer): void {
  assert.equal(headers['content-type'], 'application/json');
  const { code, message, innerError } = json['error'] as Record<string, Record<string, string>>;
  assert.ok(typeof code === 'string' && typeof message === 'string', text);
  assert.match(String(innerError?.['date']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?$/);
  assert.equal(innerError?.['request-id'], headers['request-id']);
  assert.ok(innerError?.['client-request-id']);
}

function listOf(header: string | undefined): readonly string[] {
  return (header ?? '').split(',').map((name) => name.trim().toLowerCase());
}
