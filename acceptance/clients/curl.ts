/** `curl`: what its own flags put on the wire. What else a server does with such requests are rules of `vivarium conformance`. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { newAssignment } from '../support/activity.ts';
import { bearer, JSON_TYPE, openCurl } from '../support/curl.ts';
import type { Curl, CurlAnswer } from '../support/curl.ts';
import type { Scene } from '../support/scene.ts';
import type { Cases, Suite } from '../support/suite.ts';

export const suite: Suite = {
  client: 'curl',
  cases: (scene) => {
    const curl = openCurl(scene);
    return { ...bodies(scene, curl), ...addresses(scene, curl), ...tokens(scene, curl) };
  },
};

function urlOf({ target }: Scene, path: string, version = 'v1.0'): string {
  return `${target.baseUrl}/${version}${path}`;
}

async function create(scene: Scene, curl: Curl): Promise<CurlAnswer> {
  const words = [...(await bearer(scene)), ...JSON_TYPE, '-d', JSON.stringify(newAssignment(scene))];
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
  };
}

function addresses(scene: Scene, curl: Curl): Cases {
  const get = async (...words: string[]): Promise<CurlAnswer> => curl(...(await bearer(scene)), ...words);
  return {
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
    'T3 HTTP/2 is offered and HTTP/1.1 answered': async () => {
      const answer = await get('--http2', urlOf(scene, `${scene.activities()}?$top=1`));
      assert.equal(answer.status, 200);
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
  };
}
