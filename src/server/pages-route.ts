/** Pages for people, such as `/console`: built files, under a policy that lets them load and reach nothing but this server. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/** Not recorded: the journal is for requests of API clients. */
const unrecorded = { config: { observedAs: 'nothing' } } as const;

export interface Pages {
  /** Their address, such as `/console`. */
  readonly root: string;
  /** What the build has made. */
  readonly folder: string;
  /** The file of an address below the root that has no extension; undefined if there is no such page. */
  readonly findFile: (path: string) => string | undefined;
  /** The file that answers addresses without a page, with 404. */
  readonly notFoundFile: string;
  /** What to do when nothing has been built. */
  readonly notBuilt: string;
  /** Sources of styles, images and requests beside this server, as the policy names them. */
  readonly styleSources?: readonly string[];
  readonly imageSources?: readonly string[];
  readonly connectSources?: readonly string[];
}

/** To be given to `app.register`. */
export async function registerPages(app: FastifyInstance, pages: Pages): Promise<void> {
  const { root, folder, findFile, notFoundFile, notBuilt } = pages;
  const headers = { ...HEADERS, 'content-security-policy': describePolicy(pages) };
  app.addHook('onRequest', async (_request, reply) => void reply.headers(headers));
  // Cached files carry their hash in their names.
  await app.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
  const answerPage = (reply: FastifyReply, path: string): FastifyReply => {
    if (!existsSync(join(folder, 'index.html'))) return reply.code(503).type('text/plain').send(`${notBuilt}\n`);
    const file = findFile(path);
    reply.header('cache-control', 'no-cache');
    return file === undefined ? reply.code(404).sendFile(notFoundFile) : reply.sendFile(file);
  };
  // The router takes the address with and without the slash; the pages' own addresses are below it.
  app.get(root, unrecorded, ({ originalUrl }, reply) =>
    /^[^?]*\/(\?|$)/.test(originalUrl) ? answerPage(reply, '') : reply.redirect(`${root}/`, 308),
  );
  app.get<{ Params: { '*': string } }>(`${root}/*`, unrecorded, ({ params: { '*': path } }, reply) => {
    if (!/\.\w+$/.test(path)) return answerPage(reply, path);
    const isHashed = path.startsWith('assets/');
    return reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache').sendFile(path);
  });
}

function describePolicy({ styleSources = [], imageSources = [], connectSources = [] }: Pages): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    ["style-src 'self'", ...styleSources].join(' '),
    ["img-src 'self'", ...imageSources].join(' '),
    "font-src 'self'",
    ["connect-src 'self'", ...connectSources].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
