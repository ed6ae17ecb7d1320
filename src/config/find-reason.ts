/** What a failure means in terms of the settings. */
import { isAbsolute, relative } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { StartError } from '../lib/start-error.ts';
import { SETTINGS } from './settings.ts';
import type { Settings } from './settings.ts';

/** One line on why a start or a command failed, and on the flag that mends it; `undefined` when it is a bug. */
export function findReason(error: unknown, settings: Partial<Settings>): string | undefined {
  if (error instanceof StartError) return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  if (!(error instanceof Error)) return undefined;
  return describeAddressError(error, settings) ?? describeFileError(error, settings);
}

/** An error of Node's network or file system, or of its database. */
interface SystemError extends NodeJS.ErrnoException {
  readonly port?: number;
  readonly address?: string;
  readonly hostname?: string;
  /** Of SQLite. */
  readonly errstr?: string;
}

function describeAddressError(error: SystemError, settings: Partial<Settings>): string | undefined {
  const { code, port, address, hostname } = error;
  const flag = findPortFlag(port, settings);
  if (code === 'EADDRINUSE') {
    return `Port ${port} is in use. Stop the other server or choose another with ${flag} (0 picks a free one).`;
  }
  if (code === 'EACCES' && port !== undefined) {
    return `Port ${port} may not be opened by this user. Choose one above 1023 with ${flag}.`;
  }
  if (code === 'EADDRNOTAVAIL' || error.syscall === 'getaddrinfo') {
    const { host, httpHost, metricsHost } = settings;
    const others = [
      { shown: httpHost, hostFlag: '--http-host' },
      { shown: metricsHost, hostFlag: '--metrics-host' },
    ];
    const isMeant = ({ shown }: { shown: string | undefined }) =>
      shown !== undefined && shown !== host && [address, hostname].includes(shown);
    const { shown, hostFlag } = others.find(isMeant) ?? { shown: host, hostFlag: '--host' };
    return `Cannot listen on ${shown}: not an address of this machine (${code}). Choose another with ${hostFlag}.`;
  }
  return undefined;
}

function findPortFlag(port: number | undefined, { httpPort, metricsPort }: Partial<Settings>): string {
  if (port === undefined) return '--port';
  if (port === metricsPort) return '--metrics-port';
  return port === httpPort ? '--http-port' : '--port';
}

/** Errors about a path that a setting names, or that lies in the data folder. */
function describeFileError(error: SystemError, settings: Partial<Settings>): string | undefined {
  if (error.code === 'ERR_SQLITE_ERROR') {
    return `The database in ${settings.dataDir} cannot be used: ${error.errstr}. Choose another folder with --data.`;
  }
  if (error.path === undefined || error.errno === undefined) return undefined;
  const reason = `${getSystemErrorMessage(error.errno)} (${error.code})`;
  const paths = SETTINGS.flatMap((setting) => {
    const path = settings[setting.key];
    return setting.type === 'path' && typeof path === 'string' ? [{ setting, path }] : [];
  });
  const meant = paths.find(({ path }) => isAbout(path, String(error.path)));
  if (meant === undefined) return `${error.path} cannot be used: ${reason}.`;
  const { setting, path } = meant;
  if (setting.key !== 'dataDir') return `${path} cannot be used: ${reason}. Choose another with ${setting.flag}.`;
  return `The data folder ${path} cannot be used: ${reason}. Choose another with --data, or keep nothing with --ephemeral.`;
}

/** Whether one of the paths is the other, or lies in it. */
function isAbout(path: string, other: string): boolean {
  return [relative(path, other), relative(other, path)].some((way) => !way.startsWith('..') && !isAbsolute(way));
}
