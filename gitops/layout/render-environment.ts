import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environments, isEnvironmentName } from '@ticketaka/charts/environments/index';
import { parseJwks } from '@ticketaka/charts/jwks';
import { type KubernetesObject, render } from '@ticketaka/charts/render';
import { services } from '@ticketaka/charts/services';
import { Failure } from '../cli/failure.ts';
import { codeRoot } from './code-root.ts';

/** Environments that are clusters. `local` is a laptop: it has its own mesh, and no git. */
export const clusterEnvironments: readonly string[] = Object.keys(environments).filter((name) => name !== 'local');

export const serviceNames: readonly string[] = services.map(({ name }) => name);

/** Renders the objects of an environment from the declarations as they are in the working tree. */
export async function renderEnvironment(name: string): Promise<readonly KubernetesObject[]> {
  if (!isEnvironmentName(name) || !clusterEnvironments.includes(name))
    throw new Failure('usage', `there is no environment '${name}'; there are: ${clusterEnvironments.join(', ')}`);
  const file = join(codeRoot, 'charts-cdk8s/environments/jwks', `${name}.json`);
  const jwks = parseJwks(JSON.parse(await readFile(file, 'utf8')), file);
  return render({ environment: name, jwks }).objects;
}
