/** The query of a URL as text: its parameters, percent-encoding. */
import { GraphError } from '../model/graph-error.ts';

export interface QueryParameter {
  /** As the client wrote it. */
  readonly raw: string;
  /** Decoded. */
  readonly name: string;
  /** The system option that the name would be: without `$`, in lower case. */
  readonly option: string;
  /** What follows the first `=`; empty without one. */
  readonly rawValue: string;
}

/** @throws urlMalformed for a name that cannot be decoded */
export function splitQuery(rawQuery: string): readonly QueryParameter[] {
  const parts = rawQuery.split('&').filter((raw) => raw !== '');
  return parts.map((raw) => {
    const equals = raw.indexOf('=');
    const name = decodeQueryText(equals === -1 ? raw : raw.slice(0, equals));
    const rawValue = equals === -1 ? '' : raw.slice(equals + 1);
    return { raw, name, option: name.replace(/^\$/, '').toLowerCase(), rawValue };
  });
}

/** Percent-encoding undone once, `+` as space. @throws urlMalformed */
export function decodeQueryText(raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch (cause) {
    throw new GraphError('urlMalformed', { values: { part: raw }, cause });
  }
}
