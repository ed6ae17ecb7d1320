/** The data folder, the disk below it, and the certificates. */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Settings } from '../../config/settings.ts';
import { findCertificate } from '../../issuer/certificate-pair.ts';
import { readTlsFiles } from '../../issuer/tls-files.ts';
import { systemClock } from '../../lib/clock.ts';
import type { DataFolder } from '../../lib/data-folder.ts';
import { describeOpen } from '../../lib/file-permissions.ts';
import { describeServer } from '../open-folder.ts';
import { readOwnPair } from '../open-tls.ts';
import { ok, problem, failure, warning } from './diagnosis.ts';
import type { Finding } from './diagnosis.ts';

const DAY_MS = 86_400_000;
const SOON_MS = 14 * DAY_MS;
const MEGABYTE = 1024 * 1024;
/** A write ahead log grows by some megabytes before it is moved into the database. */
const LEAST_FREE_BYTES = 64 * MEGABYTE;
const LOW_FREE_BYTES = 1024 * MEGABYTE;

const OTHER_FOLDER = 'Choose another folder with --data.';

export function checkFolder({ ephemeral }: Settings, folder: DataFolder): Finding {
  if (ephemeral) return ok('Nothing is kept.');
  const { path } = folder;
  if (!existsSync(path)) {
    const parent = findExisting(path);
    if (isUsable(parent)) return ok(`${path} does not exist yet; the first start makes it.`);
    return problem(`${path} does not exist, and this user cannot make it in ${parent}.`, OTHER_FOLDER);
  }
  if (!isUsable(path)) return problem(`${path} is not a folder that this user can write in.`, OTHER_FOLDER);
  try {
    const open = describeOpen(folder);
    const remedy = 'The next start takes these permissions away. If other users may have read secrets, renew them.';
    if (open !== undefined) return warning(open, remedy);
    const { server } = folder.readFacts();
    return ok(server === undefined ? `${path} can be used.` : `${path} is used by ${describeServer(server)}.`);
  } catch (error) {
    return failure(error, OTHER_FOLDER);
  }
}

function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function findExisting(path: string): string {
  return existsSync(path) ? path : findExisting(dirname(path));
}

export function checkDisk({ ephemeral, database: url }: Settings, { path, database }: DataFolder): Finding {
  if (ephemeral) return ok('Nothing is kept.');
  const { bavail, bsize } = statfsSync(findExisting(path));
  const freeBytes = bavail * bsize;
  const free = `${formatBytes(freeBytes)} free for ${path}.`;
  const remedy = 'Make room, or move the folder to a larger disk and name it with --data.';
  if (freeBytes < LEAST_FREE_BYTES) return problem(free, remedy);
  const size = url === undefined ? (statSync(database, { throwIfNoEntry: false })?.size ?? 0) : 0;
  return freeBytes < Math.max(LOW_FREE_BYTES, size / 4) ? warning(free, remedy) : ok(free);
}

function formatBytes(bytes: number): string {
  const megabytes = Math.floor(bytes / MEGABYTE);
  return megabytes < 10_000 ? `${megabytes} MB` : `${Math.floor(megabytes / 1024)} GB`;
}

export function checkCertificate(settings: Settings, folder: DataFolder): Finding {
  const { certFile, keyFile } = settings;
  try {
    if (certFile !== undefined && keyFile !== undefined) {
      const { cert } = readOwnPair(certFile, keyFile);
      return checkDates(cert, { file: certFile, remedy: 'Replace it and its key, and start the server again.' });
    }
    const { authority, server } = readTlsFiles(folder.tls);
    if (authority === undefined) return ok('The first start makes a local CA and a certificate.');
    const remedy = 'Stop the server and run vivarium renew-ca; clients must then trust the new ca.pem.';
    const found = checkDates(authority, { file: folder.authority, remedy });
    if (found.status !== 'ok') return found;
    if (server === undefined) return ok(`The next start makes a certificate by ${folder.authority}.`);
    return checkDates(server, { file: 'The server certificate', remedy: 'Restart the server: a start renews it.' });
  } catch (error) {
    return failure(error, 'Restore it from a copy.');
  }
}

function checkDates(pem: string, { file, remedy }: { readonly file: string; readonly remedy: string }): Finding {
  const certificate = findCertificate(pem);
  if (certificate === undefined) return problem(`${file} is not a PEM certificate.`, remedy);
  const now = systemClock.now();
  const { validFromDate, validToDate } = certificate;
  const end = validToDate.toISOString().slice(0, 10);
  if (validToDate.getTime() <= now) return problem(`${file} expired on ${end}.`, remedy);
  if (validFromDate.getTime() > now) {
    const hint = 'Check the clock of this machine, or use another certificate.';
    return problem(`${file} is not valid before ${validFromDate.toISOString()}.`, hint);
  }
  return validToDate.getTime() - now < SOON_MS
    ? warning(`${file} expires on ${end}.`, remedy)
    : ok(`${file} is valid until ${end}.`);
}
