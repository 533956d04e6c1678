import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { edgeFiles, writeEdgeFiles } from './edge/edge-files.ts';
import { environments, isEnvironmentName } from './environments/index.ts';
import { type PublicJwks, parseJwks } from './jwks.ts';
import { writeManifests } from './manifest-files.ts';
import { render } from './render.ts';

const names = Object.keys(environments);

const usage = `Renders the manifests of an environment from the services' declarations.

npm run synth -- --env <name> [--jwks <file>] [--out <directory>]

  --env <name>       ${names.join(', ')}
  --jwks <file>      public keys of access tokens, as a JWK set (default: charts-cdk8s/environments/jwks/<env>.json)
  --out <directory>  where to write the YAML files (default: charts-cdk8s/dist/<env>)
  --help             this text
`;

/** A wrong command line: told to the user without a stack. */
class UsageError extends Error {}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        env: { type: 'string' },
        jwks: { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function readJwks(file: string): Promise<PublicJwks> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`cannot read the keys: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    return parseJwks(JSON.parse(text), file);
  } catch (error) {
    throw new UsageError(error instanceof SyntaxError ? `${file} is not JSON` : (error as Error).message);
  }
}

async function main(args: string[]): Promise<void> {
  const { env, jwks: jwksFile, out, help } = parse(args);
  if (help) {
    process.stdout.write(usage);
    return;
  }
  if (env === undefined) throw new UsageError(`say which environment: --env <name>, one of ${names.join(', ')}`);
  if (!isEnvironmentName(env)) throw new UsageError(`there is no environment '${env}'; there are: ${names.join(', ')}`);

  const jwks = await readJwks(jwksFile ?? join(import.meta.dirname, 'environments', 'jwks', `${env}.json`));
  if (jwks.keys.length === 0) {
    process.stderr.write(
      `warning: the key set of ${env} is empty: the mesh will refuse every token until a key is added\n`,
    );
  }
  const manifests = render({ environment: env, jwks });
  const directory = out ?? join(import.meta.dirname, 'dist', env);
  await writeManifests(manifests, directory);
  await writeEdgeFiles(edgeFiles(environments[env]), join(directory, 'edge'));
  process.stdout.write(`${manifests.objects.length} objects in ${manifests.files.length} files: ${directory}\n`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
