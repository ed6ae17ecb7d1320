/** A seed file as a command sends it to a server, which may be on another machine. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { InputError, StartError } from '../../lib/start-error.ts';
import { parseSeed } from '../../seed/read-seed.ts';
import type { Seed } from '../../seed/seed-schema.ts';
import { locateProblems } from '../../seed/seed-lines.ts';

export interface SeedFile {
  /** With the texts of the certificates that it names by path. */
  readonly seed: Seed;
  /** Puts the line in front of each problem of the seed. */
  locate(problems: readonly string[]): readonly string[];
}

/** @throws InputError with all that is wrong, each with its line; StartError when the file cannot be read */
export function readSeedFile(path: string): SeedFile {
  const text = readText(path, 'The seed file');
  const locate = (problems: readonly string[]): readonly string[] => locateProblems(text, problems);
  try {
    return { seed: withCertificates(parseSeed(text, path), dirname(path)), locate };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`The seed file ${path} is not valid`, locate(error.problems), { cause: error });
  }
}

function withCertificates(seed: Seed, folder: string): Seed {
  const textOf = (entry: string): string =>
    entry.includes('-----BEGIN CERTIFICATE-----') ? entry : readText(resolve(folder, entry), 'The certificate');
  const tenants = seed.tenants.map((tenant) => {
    const apps = Object.entries(tenant.apps).map(([name, { certificates, ...app }]) => [
      name,
      certificates === undefined ? app : { ...app, certificates: certificates.map(textOf) },
    ]);
    return { ...tenant, apps: Object.fromEntries(apps) as typeof tenant.apps };
  });
  return { ...seed, tenants };
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StartError(`${what} ${path} cannot be read: ${code}.`, { cause });
  }
}
