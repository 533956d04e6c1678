import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type BoundRoutes, type DocsRouteName, docsRoutes, platformErrors } from '../contract/index.ts';
import { encoded, PreparedBody } from './prepared.ts';
import { problem } from './problem.ts';
import type { Handler } from './types.ts';

const directory = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const files: ReadonlyMap<string, { readonly type: string; readonly load: () => Promise<PreparedBody<'content'>> }> =
  new Map(
    Object.entries({
      'swagger-ui.css': 'text/css; charset=utf-8',
      'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
      'favicon-32x32.png': 'image/png',
    }).map(([file, type]) => [
      file,
      { type, load: onceLoaded(async () => encoded(await readFile(join(directory, file)))) },
    ]),
  );

/** Kept after the first request; a load that failed is tried again. */
function onceLoaded<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: T | undefined;
  return async () => (loaded ??= await load());
}

/** Nothing but our own files; Swagger UI's style sheet holds its icons as data URLs. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function page(base: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API</title>
<link rel="icon" href="${base}/docs/files/favicon-32x32.png">
<link rel="stylesheet" href="${base}/docs/files/swagger-ui.css">
<script src="${base}/docs/files/swagger-ui-bundle.js" defer></script>
<script src="${base}/docs/files/initializer.js" defer></script>
</head>
<body><div id="swagger-ui"></div></body>
</html>
`;
}

function initializer(base: string): string {
  return `const ui = SwaggerUIBundle({
  url: ${JSON.stringify(`${base}/openapi.json`)},
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  onComplete: () => { document.title = ui.specSelectors.info().get('title'); },
});
`;
}

type DocsHandlers = { readonly [Name in DocsRouteName]: Handler<BoundRoutes<typeof docsRoutes>[Name]> };

const cached = { 'cache-control': 'public, max-age=3600' };

/** Swagger UI over the API's document, from its npm package: nothing is loaded from anywhere else. */
export function docsHandlers(base: string, document: () => Readonly<Record<string, unknown>>): DocsHandlers {
  const spec = docsRoutes.openApiDocument.responses[200];
  let rendered: PreparedBody<typeof spec> | undefined;
  return {
    async openApiDocument() {
      rendered ??= new PreparedBody(spec, Buffer.from(JSON.stringify(document())));
      return { status: 200, body: rendered };
    },
    docsPage: async () => ({
      status: 200,
      body: page(base),
      headers: { 'content-security-policy': contentSecurityPolicy, 'referrer-policy': 'no-referrer' },
    }),
    docsFile: async ({ params: { file } }) => {
      if (file === 'initializer.js') {
        const headers = { ...cached, 'content-type': 'text/javascript; charset=utf-8' };
        return { status: 200, body: initializer(base), headers };
      }
      const found = files.get(file);
      if (!found) throw problem(platformErrors, 'not_found');
      return { status: 200, body: await found.load(), headers: { ...cached, 'content-type': found.type } };
    },
  };
}
