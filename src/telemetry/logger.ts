/** The process log: JSON lines to stderr, or readable text where a person watches. */
import { pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, LevelWithSilent, Logger, LoggerOptions } from 'pino';
import pinoPretty from 'pino-pretty';

export interface LoggerSettings {
  readonly level: LevelWithSilent;
  /** Whether stderr is a terminal: then lines are printed for reading. */
  readonly isTerminal: boolean;
  /** Colours on a terminal; the caller knows about NO_COLOR. */
  readonly hasColour: boolean;
  /** Its number, where several processes serve; each line has it. */
  readonly worker?: number;
  /** Takes the JSON lines in place of stderr. */
  readonly destination?: DestinationStream;
}

const STDERR = 2;
/** Lines wait for this many bytes, or this many milliseconds: what a process that is killed has not written. */
const LOG_BYTES = 8 * 1024;
const LOG_MS = 100;
/** What reaches a pipe whole (PIPE_BUF of Linux), whatever other processes write there. */
const PIPE_BYTES = 4096;
/** One for all servers of a process: it writes at intervals for as long as the process lives. */
let machineLines: DestinationStream | undefined;

/**
 * Never in the log, should an event ever have such a field. By serializers: pino's `redact` copies every line, which cost
 * more than the rest of the line.
 */
const SECRET_NAMES = [
  'authorization',
  'access_token',
  'client_secret',
  'client_assertion',
  'token',
  'secret',
  'password',
  'body',
  'mail',
  'displayName',
  'userPrincipalName',
];

/** How deep a chain of causes is followed. */
const MAX_CAUSES = 5;

export function createLogger(settings: LoggerSettings): Logger {
  const options: LoggerOptions = {
    level: settings.level,
    base: settings.worker === undefined ? null : { worker: settings.worker },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: {
      ...Object.fromEntries(SECRET_NAMES.map((name) => [name, redacted])),
      cause: (cause: unknown) => describeCause(cause, MAX_CAUSES),
    },
  };
  return pino(options, settings.destination ?? openStderr(settings));
}

function openStderr({ isTerminal, hasColour, worker }: LoggerSettings): DestinationStream {
  if (!isTerminal) return (machineLines ??= openMachineLines(worker !== undefined));
  return pinoPretty({
    destination: STDERR,
    sync: true,
    colorize: hasColour,
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
    errorLikeObjectKeys: ['cause'],
    messageFormat: '{msg}{if method} {method} {path} {status} in {durationMs} ms{end}',
    ignore: 'method,path,status,durationMs',
  });
}

/**
 * Lines for machines are written behind the request, many at once. pino's stream measures all that waits with each line:
 * so it is given the lines of a turn of the event loop together, or as many as other processes cannot come between.
 */
function openMachineLines(hasOthers: boolean): DestinationStream {
  const maxWrite = hasOthers ? PIPE_BYTES : Infinity;
  const bounds = hasOthers ? { minLength: PIPE_BYTES - 1, maxWrite } : { minLength: LOG_BYTES };
  const stream = pino.destination({ dest: STDERR, sync: false, periodicFlush: LOG_MS, ...bounds });
  let lines = '';
  const pass = (): void => {
    if (lines === '') return;
    stream.write(lines);
    lines = '';
  };
  process.once('exit', () => {
    pass();
    stream.flushSync();
  });
  return {
    write: (line) => {
      if (lines === '') setImmediate(pass);
      else if (lines.length + line.length > maxWrite) pass();
      lines += line;
    },
  };
}

function redacted(): string {
  return '[redacted]';
}

/** Only these fields: libraries hang requests, responses and bodies on their errors. */
function describeCause(cause: unknown, depth: number): unknown {
  if (!(cause instanceof Error)) return typeof cause;
  return {
    type: cause.name,
    ...('code' in cause && { code: String(cause.code) }),
    message: cause.message,
    stack: cause.stack,
    ...(cause.cause !== undefined && depth > 0 && { cause: describeCause(cause.cause, depth - 1) }),
  };
}
