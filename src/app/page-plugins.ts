/** The pages of a server, from a build of the checkout or from the package: the console and the documentation. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../config/settings.ts';
import { CONSOLE_ROOT, DOCS_ROOT } from '../lib/control-root.ts';
import { registerPages } from '../server/pages-route.ts';
import type { HttpPlugin } from '../server/server.ts';

/** The same from src/ and from dist/. */
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const SITE = join(DIST, 'site');

/** The hash of the empty text: the style library makes style elements without content, and fills them by script. */
const NO_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

export function consolePlugin({ consoleClientId, trustedIssuers: [issuer] }: Settings): HttpPlugin {
  const isOutside = consoleClientId !== undefined && issuer !== undefined;
  return async (app) =>
    app.register(registerPages, {
      root: CONSOLE_ROOT,
      folder: join(DIST, 'console'),
      // Addresses of pages are the router's in the browser.
      findFile: () => 'index.html',
      notFoundFile: 'index.html',
      notBuilt:
        'The console has not been built. Run npm run build:console in the folder of Vivarium, then load this page again.',
      styleSources: [NO_STYLE],
      // Which its pages ask for tokens.
      connectSources: isOutside ? [new URL(issuer.names[0]).origin] : [],
    });
}

export const docsPlugin: HttpPlugin = async (app) =>
  app.register(registerPages, {
    root: DOCS_ROOT,
    folder: SITE,
    findFile: findDocument,
    notFoundFile: '404.html',
    // Icons are within the style sheet.
    imageSources: ['data:'],
    notBuilt:
      'The documentation has not been built. Run npm run build:site in the folder of Vivarium, then load this page again.',
  });

/** A page `scale` is `scale.html`, and `clients` is `clients/index.html`; the router takes the slash after it. */
function findDocument(path: string): string | undefined {
  // Nothing above the folder is looked for.
  if (path.includes('..')) return undefined;
  return [`${path}.html`, join(path, 'index.html')].find((file) => existsSync(join(SITE, file)));
}
