/** The seed that comes along, with two more apps: one with a certificate, one with a secret that is hard to send. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { createAppCertificate } from './certificate.ts';

const DEFAULT_SEED = join(import.meta.dirname, '..', '..', 'seeds', 'default.yaml');

/** Everything in it means something in forms, in Basic, or in URLs. */
const HARD_SECRET = 'p:ä ss+%2B/&="?#';

const SIGNER_ID = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a21';
const HARD_ID = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a22';

export interface WrittenSeed {
  readonly seedFile: string;
  readonly signer: SigningApp;
}

/** An app that proves who it is with a certificate. */
export interface SigningApp {
  readonly clientId: string;
  /** PEM file of the certificate and its key. */
  readonly certificateFile: string;
}

interface Seed {
  readonly tenants: readonly { readonly apps: Record<string, unknown> }[];
}

export async function writeSeed(folder: string): Promise<WrittenSeed> {
  const { certificatePem, privateKeyPem } = await createAppCertificate();
  const certificateFile = join(folder, 'signer.pem');
  await writeFile(certificateFile, `${certificatePem}\n${privateKeyPem}`, { mode: 0o600 });
  const seed = parse(await readFile(DEFAULT_SEED, 'utf8'), { schema: 'core' }) as Seed;
  const roles = ['LearningAssignedCourse.ReadWrite.All'];
  const tenants = seed.tenants.map((tenant) => ({
    ...tenant,
    apps: {
      ...tenant.apps,
      signer: { id: SIGNER_ID, certificates: [certificatePem], roles },
      hardSecret: { id: HARD_ID, clientSecret: HARD_SECRET, roles },
    },
  }));
  const seedFile = join(folder, 'seed.yaml');
  await writeFile(seedFile, stringify({ ...seed, tenants }));
  return { seedFile, signer: { clientId: SIGNER_ID, certificateFile } };
}
