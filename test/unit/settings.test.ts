import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSettings, SettingsError } from '../../src/config/load.ts';
import type { SettingSources } from '../../src/config/load.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { BEHAVIOUR_SWITCHES } from '../../src/model/behaviour.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vivarium-settings-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

/** In the test's own directory, without the environment of the test run. */
function load(sources: SettingSources = {}) {
  return loadSettings({ env: {}, directory, ...sources });
}

/** The problems that the settings are refused for; none when they are taken. */
function problemsOf(sources: SettingSources): readonly string[] {
  try {
    load(sources);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

async function writeConfig(text: string, name = 'vivarium.yaml'): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

describe('without any source', () => {
  test('the defaults hold', () => {
    expect(load()).toMatchObject({
      host: 'localhost',
      port: 8443,
      httpPort: undefined,
      dataDir: join(directory, '.vivarium'),
      ephemeral: false,
      logLevel: 'info',
      output: 'text',
      audiences: ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000', 'api://vivarium'],
      configFile: undefined,
    });
  });

  test.each(Object.entries(BEHAVIOUR_SWITCHES))('the switch %s is as the model has it', (name, row) => {
    expect(load()).toHaveProperty(name, row.default);
  });

  test('every default can be written as text, too', () => {
    const written = SETTINGS.filter(({ default: value }) => value !== undefined);
    const env = Object.fromEntries(written.map((setting) => [setting.env, String(setting.default)]));
    expect(load({ env })).toEqual(load());
  });
});

test('the settings are frozen', () => {
  const settings = load({ flags: { audiences: ['a'] } });
  expect([settings, settings.audiences].map(Object.isFrozen)).toEqual([true, true]);
});

test('a name is used once', () => {
  const names = SETTINGS.flatMap(({ flag, env, name, short }) => [
    flag,
    env,
    name,
    ...(short === undefined ? [] : [short]),
  ]);
  expect(new Set(names).size).toBe(names.length);
});

describe('precedence', () => {
  beforeEach(() => writeConfig('port: 1\nhttpPort: 1\nwriteWaitMs: 1\n'));

  test('a flag beats a variable, a variable the file, the file the default', () => {
    const env = { VIVARIUM_PORT: '2', VIVARIUM_HTTP_PORT: '2' };
    expect(load({ flags: { port: '3' }, env })).toMatchObject({
      port: 3,
      httpPort: 2,
      writeWaitMs: 1,
      slowStatementMs: 20,
    });
  });

  test('an empty variable and a null in the file say nothing', async () => {
    await writeConfig('port:\nwriteWaitMs: 1\n');
    expect(load({ env: { VIVARIUM_WRITE_WAIT_MS: '', VIVARIUM_PORT: '' } })).toMatchObject({
      port: 8443,
      writeWaitMs: 1,
    });
  });

  test('a value that is overruled may be wrong', () => {
    expect(load({ flags: { port: '3' }, env: { VIVARIUM_PORT: 'x' } }).port).toBe(3);
  });
});

describe('values', () => {
  test.each([
    [{ ephemeral: true }, { ephemeral: true }],
    [{ typeScopedPermissions: false }, { typeScopedPermissions: false }],
    [{ audiences: ['a, b', 'c'] }, { audiences: ['a', 'b', 'c'] }],
    [{ publicUrl: 'https://Example.org:443/' }, { publicUrl: 'https://example.org' }],
    [{ host: '::1' }, { host: '::1' }],
  ])('of flags: %j', (flags, expected) => {
    expect(load({ flags })).toMatchObject(expected);
  });

  test.each([
    ['VIVARIUM_EPHEMERAL', 'Yes', { ephemeral: true }],
    ['VIVARIUM_TYPE_SCOPED_PERMISSIONS', '0', { typeScopedPermissions: false }],
    ['VIVARIUM_FORBIDDEN_CODE', 'forbidden', { forbiddenCode: 'forbidden' }],
    ['VIVARIUM_AUDIENCES', 'a,b', { audiences: ['a', 'b'] }],
  ])('of the variable %s=%s', (name, value, expected) => {
    expect(load({ env: { [name]: value } })).toMatchObject(expected);
  });

  test('of a YAML file', async () => {
    await writeConfig('port: 1\nephemeral: true\naudiences: [a, b]\nlogLevel: warn\nlenientPatch: on\n');
    const expected = { port: 1, ephemeral: true, audiences: ['a', 'b'], logLevel: 'warn', lenientPatch: true };
    expect(load()).toMatchObject(expected);
  });

  test('of a JSON file with tabs and a schema', async () => {
    await writeConfig('{\n\t"$schema": "x",\n\t"port": 1\n}', 'vivarium.json');
    expect(load().port).toBe(1);
  });

  test('of an empty file', async () => {
    await writeConfig('# nothing yet\n');
    expect(load().port).toBe(8443);
  });
});

describe('paths', () => {
  test('of flags and variables start at the working directory', () => {
    const settings = load({ flags: { data: 'd' }, env: { VIVARIUM_SEED: 's.yaml' } });
    expect(settings).toMatchObject({ dataDir: join(directory, 'd'), seedFile: join(directory, 's.yaml') });
  });

  test('of the file start at the file', async () => {
    await mkdir(join(directory, 'conf'));
    const configFile = await writeConfig('data: d\n', 'conf/mine.yaml');
    expect(load({ flags: { config: 'conf/mine.yaml' } })).toMatchObject({
      configFile,
      dataDir: join(directory, 'conf', 'd'),
    });
  });

  test('of the configuration file may come from a variable', async () => {
    const configFile = await writeConfig('port: 1\n', 'mine.yml');
    expect(load({ env: { VIVARIUM_CONFIG: 'mine.yml' } })).toMatchObject({ configFile, port: 1 });
  });
});

describe('refused', () => {
  test('all at once', async () => {
    await writeConfig('httpPort: many\nprot: 1\nephemeral: 7\n');
    const env = { VIVARIUM_LOG_LEVEL: 'loud', VIVARIUM_DATA_DIR: '/x', OTHER: 'x' };
    expect(problemsOf({ flags: { port: '70000', cert: 'c.pem' }, env })).toEqual([
      'Unknown setting: VIVARIUM_DATA_DIR. Did you mean VIVARIUM_DATA?',
      'vivarium.yaml:2: unknown setting: prot. Did you mean port?',
      '--port must be a whole number from 0 to 65535, not "70000".',
      'vivarium.yaml:1: httpPort must be a whole number from 0 to 65535, not "many".',
      'vivarium.yaml:3: ephemeral must be true or false, not 7.',
      'VIVARIUM_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, not "loud".',
      '--cert needs --key: give both, or neither for a certificate issued by the local CA.',
    ]);
  });

  test.each([
    [{ port: '' }, '--port must be a whole number from 0 to 65535, not "".'],
    [{ port: '1.5' }, '--port must be a whole number from 0 to 65535, not "1.5".'],
    [{ port: '-1' }, '--port must be a whole number from 0 to 65535, not "-1".'],
    [{ data: '' }, '--data must be the path of a folder, not "".'],
    [{ host: 'https://x' }, '--host must be a host name or an IP address, without a port, not "https://x".'],
    [{ host: 'x:1' }, '--host must be a host name or an IP address, without a port, not "x:1".'],
    [{ publicUrl: 'https://x/y' }, '--public-url must be an http or https URL without a path, not "https://x/y".'],
    [{ publicUrl: 'ftp://x' }, '--public-url must be an http or https URL without a path, not "ftp://x".'],
    [{ audiences: ['a,,b'] }, '--audiences must be one or more texts, separated by commas, not ["a,,b"].'],
    [{ forbiddenCode: 'FORBIDDEN' }, '--forbidden-code must be one of Forbidden, forbidden, not "FORBIDDEN".'],
    [{ key: 'k.pem' }, '--key needs --cert: give both, or neither for a certificate issued by the local CA.'],
    [{ httpPort: '8443' }, '--port and --http-port must differ.'],
    [{ strict: true, lenient: true }, '--strict and --lenient contradict each other: give one of them.'],
  ])('the flags %j', (flags, problem) => {
    expect(problemsOf({ flags })).toEqual([problem]);
  });

  test.each([
    ['dataDir: x', 'vivarium.yaml:1: unknown setting: dataDir. Did you mean data?'],
    ['config: x', 'vivarium.yaml:1: unknown setting: config. Remove it.'],
    ['zebra: x', 'vivarium.yaml:1: unknown setting: zebra. Remove it.'],
    ['audiences: [1]', 'vivarium.yaml:1: audiences must be one or more texts, separated by commas, not [1].'],
  ])('the file with %s', async (text, problem) => {
    await writeConfig(text);
    expect(problemsOf({})).toEqual([problem]);
  });

  test.each([
    ['vivarium.yaml', 'port: [', /vivarium\.yaml is not valid YAML: .+ at line 1, column \d+\.$/],
    [
      'vivarium.yaml',
      'port: 1\nport: 2',
      /vivarium\.yaml is not valid YAML: Map keys must be unique at line 2, column 1\.$/,
    ],
    ['vivarium.json', '{', /vivarium\.json is not valid JSON: /],
    ['vivarium.yaml', '- port', /vivarium\.yaml must hold settings by name, such as "port: 8443"\.$/],
  ])('a broken %s: %j', async (name, text, problem) => {
    await writeConfig(text, name);
    expect(problemsOf({})).toEqual([expect.stringMatching(problem)]);
  });

  test('a named file that is not there', () => {
    const path = join(directory, 'none.yaml');
    expect(problemsOf({ flags: { config: 'none.yaml' } })).toEqual([
      `The configuration file ${path} cannot be read (ENOENT): check its name and permissions.`,
    ]);
  });

  test('two files where one is looked for', async () => {
    const paths = [await writeConfig(''), await writeConfig('{}', 'vivarium.json')];
    expect(problemsOf({})).toEqual([`There are ${paths.join(' and ')}. Keep one, or name one with --config.`]);
  });

  test('but with what could be read, so that the refusal can be printed as asked', () => {
    const flags = { port: 'x', output: 'json' };
    expect(() => load({ flags })).toThrow(
      expect.objectContaining({ exitCode: 2, readable: { ...load(), port: undefined, output: 'json' } }),
    );
  });
});

describe('the admin API of servers that share a database', () => {
  const database = 'postgres://localhost/records';

  test.each([
    [{}, true],
    [{ database }, false],
    [{ database, adminTokenFile: 'token' }, true],
    [{ database, sandbox: true }, true],
    [{ database, adminTokenFile: 'token', adminApi: false }, false],
  ])('%j: %s', (flags, isOn) => {
    expect(load({ flags }).adminApi).toBe(isOn);
  });

  test('is refused without a token that all of them have', () => {
    expect(problemsOf({ flags: { database, adminApi: true } })).toEqual([
      '--admin-api with --database needs --admin-token-file: its servers share one token.',
    ]);
  });
});

test('what Kubernetes says about a service called vivarium is no setting', () => {
  const env = {
    VIVARIUM_PORT: 'tcp://10.0.0.7:8443',
    VIVARIUM_PORT_8443_TCP: 'tcp://10.0.0.7:8443',
    VIVARIUM_PORT_8443_TCP_ADDR: '10.0.0.7',
    VIVARIUM_SERVICE_HOST: '10.0.0.7',
    VIVARIUM_SERVICE_PORT_HTTPS: '8443',
  };
  expect(load({ env })).toEqual(load());
});
