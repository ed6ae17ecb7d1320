/** `/console`: the built files of the console, under a policy that lets its pages load and reach nothing but this server. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { CONSOLE_ROOT } from '../lib/control-root.ts';

/** The hash of the empty text: the style library makes style elements without content, and fills them by script. */
const NO_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

const NOT_BUILT = `The console has not been built. Run npm run build:console in the folder of Vivarium, then load this page again.\n`;

/** Not recorded: the journal is for requests of API clients. */
const unrecorded = { config: { observedAs: 'nothing' } } as const;

interface ConsoleOptions {
  /** What the build has made. */
  readonly folder: string;
  /** Of an outside issuer, which its pages ask for tokens. */
  readonly issuerOrigin: string | undefined;
}

/** To be given to `app.register`. */
export async function registerConsole(app: FastifyInstance, { folder, issuerOrigin }: ConsoleOptions): Promise<void> {
  const page = join(folder, 'index.html');
  const headers = { ...HEADERS, 'content-security-policy': describePolicy(issuerOrigin) };
  app.addHook('onRequest', async (_request, reply) => void reply.headers(headers));
  // Cached files carry their hash in their names.
  await app.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
  const answerPage = (reply: FastifyReply): FastifyReply => {
    if (!existsSync(page)) return reply.code(503).type('text/plain').send(NOT_BUILT);
    return reply.header('cache-control', 'no-cache').sendFile('index.html');
  };
  // The router takes the address with and without the slash; the pages' own addresses are below it.
  app.get(CONSOLE_ROOT, unrecorded, ({ originalUrl }, reply) =>
    /^[^?]*\/(\?|$)/.test(originalUrl) ? answerPage(reply) : reply.redirect(`${CONSOLE_ROOT}/`, 308),
  );
  app.get<{ Params: { '*': string } }>(`${CONSOLE_ROOT}/*`, unrecorded, ({ params: { '*': path } }, reply) => {
    // Addresses of pages are the router's in the browser; only files have an extension.
    if (!/\.\w+$/.test(path)) return answerPage(reply);
    const isHashed = path.startsWith('assets/');
    return reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache').sendFile(path);
  });
}

function describePolicy(issuerOrigin: string | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${NO_STYLE}`,
    "img-src 'self'",
    "font-src 'self'",
    ["connect-src 'self'", ...(issuerOrigin === undefined ? [] : [issuerOrigin])].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
