import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import {
  Application,
  ApplicationSet,
  AppProject,
  type IApplication,
  type IApplicationSet,
  type IAppProject,
} from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1';
import type { KubernetesObject } from '@ticketaka/charts/render';
import { parse, parseAllDocuments } from 'yaml';
import { ownerOf } from '../layout/owner.ts';
import { clusterEnvironments, renderEnvironment, serviceNames } from '../layout/render-environment.ts';
import { folderApplication, rootApplication } from './application.ts';
import { argocdConfiguration, notifications } from './configuration.ts';
import { operatorApplication, operators, operatorsApplication, operatorsOf, operatorsProject } from './operators.ts';
import { platformProject, rootProject } from './project.ts';
import { argocdFiles } from './render.ts';
import { waves } from './settings.ts';

const repository = 'https://git.example/manifests.git';

const groupOf = ({ apiVersion }: KubernetesObject) => (apiVersion.includes('/') ? apiVersion.split('/')[0] : '');

describe.each(clusterEnvironments)('Argo CD of %s', (environment) => {
  const rendered = async () => {
    const objects = await renderEnvironment(environment);
    const owners = Map.groupBy(objects, (object) => ownerOf(object, serviceNames));
    const applications = [...owners].map(([owner, own]) =>
      folderApplication({ repository, environment, owner, objects: own }),
    );
    return { objects, owners, applications };
  };

  it('has an Application for each folder, the shared one in an earlier wave', async () => {
    const { applications } = await rendered();
    const told = applications.map(({ metadata }) => [
      metadata?.name,
      metadata?.annotations?.['argocd.argoproj.io/sync-wave'],
    ]);
    expect(Object.fromEntries(told)).toEqual({
      [`${environment}-mesh`]: '-1',
      ...Object.fromEntries(serviceNames.map((name) => [`${environment}-${name}`, '0'])),
    });
  });

  it('keeps to the schemas of Argo CD', async () => {
    const { objects, applications } = await rendered();
    for (const application of [...applications, rootApplication(environment, repository)])
      new Application(application).validate();
    for (const project of [platformProject(objects, repository), rootProject(repository)])
      new AppProject(project).validate();
  });

  it('has an operator for each kind that is not of Kubernetes, Istio or Argo CD, by an exact version', async () => {
    const { objects } = await rendered();
    const needed = operatorsOf(objects);
    const served = new Set(needed.flatMap((name) => operators[name]?.groups ?? []));
    const unserved = objects.filter(({ apiVersion }) => {
      const group = groupOf({ apiVersion, kind: '', metadata: { name: '' } }) ?? '';
      return group.includes('.') && !/(\.istio|\.k8s)\.io$/.test(group) && !served.has(group);
    });
    expect(unserved.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([]);
    const applications = [
      operatorsApplication(environment, repository),
      ...needed.map((name) => operatorApplication(environment, name)),
    ];
    for (const application of applications) new Application(application).validate();
    new AppProject(operatorsProject(needed)).validate();
    for (const { spec } of applications.slice(1)) {
      expect(spec?.source?.targetRevision).toMatch(/^v?\d+\.\d+\.\d+$/);
      expect(operatorsProject(needed).spec?.sourceRepos).toContain(spec?.source?.repoURL);
    }
    expect(needed).toContain('external-secrets');
    expect(needed).not.toContain('sealed-secrets');
    const [first = 0, second = 0] = [waves.operators, waves.shared].map(Number);
    expect(first).toBeLessThan(second);
  });

  it('leaves to Rollouts what is theirs, by paths that hide nothing else', async () => {
    const { applications, owners } = await rendered();
    for (const { metadata, spec } of applications) {
      const kinds = owners.get(metadata?.labels?.['app.kubernetes.io/name'] ?? '')?.map(({ kind }) => kind) ?? [];
      const options = spec?.syncPolicy?.syncOptions ?? [];
      expect(options).toContain('ApplyOutOfSyncOnly=true');
      // With it, a change of a VirtualService would never arrive: argo-cd#26588.
      expect(options.filter((option) => option.startsWith('RespectIgnoreDifferences'))).toEqual([]);
      for (const { kind, jsonPointers, managedFieldsManagers } of spec?.ignoreDifferences ?? []) {
        expect(kinds).toContain(kind);
        expect({ jsonPointers, managedFieldsManagers }).toEqual({});
      }
      if (!kinds.includes('Rollout')) continue;
      const paths = (spec?.ignoreDifferences ?? []).flatMap(({ jqPathExpressions }) => jqPathExpressions ?? []);
      expect(paths).toEqual(
        expect.arrayContaining([
          '.spec.http[].route[]?.weight',
          '.spec.http[] | select(.name == "canary-preview")',
          '.spec.subsets[]?.labels["rollouts-pod-template-hash"]',
        ]),
      );
    }
  });

  it('lets the platform make every kind that is rendered, where it is rendered, and no other', async () => {
    const { objects } = await rendered();
    const { spec } = platformProject(objects, repository);
    const allowed = [...(spec?.clusterResourceWhitelist ?? []), ...(spec?.namespaceResourceWhitelist ?? [])];
    const made = new Set(objects.map((object) => `${groupOf(object)}/${object.kind}`));
    expect(new Set(allowed.map(({ group, kind }) => `${group}/${kind}`))).toEqual(made);
    expect(JSON.stringify(spec)).not.toContain('"*"');
    expect(allowed).not.toContainEqual({ group: 'argoproj.io', kind: 'Application' });
    const namespaces = spec?.destinations?.map(({ namespace }) => namespace);
    for (const { metadata } of objects) if (metadata.namespace) expect(namespaces).toContain(metadata.namespace);
    expect(namespaces).not.toContain('argocd');
  });

  // Argo CD says InvalidSpecError of any other, and syncs nothing of it.
  it('lets each Application come from where it comes from and go where it goes', async () => {
    const { objects } = await rendered();
    const files = argocdFiles({ repository, environment, services: serviceNames, objects });
    const all = [...files.values()].flatMap((text) =>
      parseAllDocuments(text).map((document) => document.toJS() as IApplication | IAppProject | IApplicationSet),
    );
    const projects = all.filter((one) => one.kind === 'AppProject');
    const specs = all.flatMap((one) => {
      if (one.kind === 'Application') return [one.spec];
      return one.kind === 'ApplicationSet' ? [one.spec?.template.spec] : [];
    });
    expect(specs.length).toBeGreaterThan(serviceNames.length);
    for (const spec of specs) {
      const project = projects.find(({ metadata }) => metadata?.name === spec?.project);
      expect(project?.spec?.destinations).toContainEqual(spec?.destination);
      expect(project?.spec?.sourceRepos).toContain(spec?.source?.repoURL);
    }
  });

  it('is applied once from the bootstrap folder, which the root does not take from there on', async () => {
    const { objects } = await rendered();
    const files = argocdFiles({ repository, environment, services: serviceNames, objects });
    const list = parse(files.get(`argocd/${environment}/kustomization.yaml`) ?? '') as { resources: string[] };
    expect(list.resources).toEqual(
      ['operators', ...['mesh', ...serviceNames].toSorted()].map((name) => `${name}.yaml`),
    );
    const kinds = ['configuration', 'projects', 'root'].map((name) =>
      parseAllDocuments(files.get(`argocd/${environment}/bootstrap/${name}.yaml`) ?? '').map((document) =>
        document.get('kind'),
      ),
    );
    expect(kinds).toEqual([['ConfigMap', 'ConfigMap'], ['AppProject', 'AppProject', 'AppProject'], ['Application']]);
  });
});

it('the operators are those of the secrets that an environment has', () => {
  const sealed = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata: { name: 'auth-api' } };
  expect(operatorsOf([sealed])).toEqual(['sealed-secrets']);
  expect(operatorApplication('dev', 'sealed-secrets').spec).toMatchObject({
    source: { helm: { valuesObject: { fullnameOverride: 'sealed-secrets-controller' } } },
    destination: { namespace: 'kube-system' },
  });
});

describe('previews of pull requests', () => {
  const files = async (environment: string) =>
    argocdFiles({ repository, environment, services: serviceNames, objects: await renderEnvironment(environment) });

  it('run the folders of the branch that the workflow makes, for the label that it goes by', async () => {
    const text = (await files('dev')).get('argocd/dev/preview/application-set.yaml') ?? '';
    const set = parse(text) as IApplicationSet;
    new ApplicationSet(set).validate();
    const workflow = await readFile('.github/workflows/preview.yaml', 'utf8');
    const branch = set.spec?.template.spec.source?.targetRevision;
    expect(workflow).toContain(`BRANCH: ${branch?.replace('{{.number}}', '${{ github.event.pull_request.number }}')}`);
    const [pulls, git] = set.spec?.generators[0]?.matrix?.generators ?? [];
    expect(pulls).toMatchObject({ pullRequest: { github: { labels: ['preview'] } } });
    expect(workflow).toContain("labels.*.name, 'preview')");
    expect(git).toMatchObject({ git: { revision: branch, directories: [{ path: 'environments/dev/*' }] } });
    expect(workflow).toContain('--env dev --branch "$BRANCH"');
    expect(set.spec?.template.spec.project).toBe('ticketaka');
  });

  it('are not of the clusters that people use', async () => {
    expect([...(await files('prod')).keys()].filter((path) => path.includes('preview'))).toEqual([]);
    const list = parse((await files('dev')).get('argocd/dev/kustomization.yaml') ?? '') as { resources: string[] };
    expect(list.resources.filter((name) => name.includes('preview'))).toEqual([]);
  });
});

describe('the configuration of Argo CD', () => {
  it('makes waves of Applications wait', () => {
    const lua = argocdConfiguration().data['resource.customizations.health.argoproj.io_Application'] ?? '';
    expect(lua).toMatch(/^hs = \{ status = "Progressing"/);
    expect(lua.trim()).toMatch(/return hs$/);
  });

  it('sends what a trigger names by a template that exists, and holds no token', () => {
    const { data } = notifications('prod');
    const triggers = Object.entries(data).filter(([name]) => name.startsWith('trigger.'));
    const [subscription] = parse(data['subscriptions'] ?? '') as { triggers: string[] }[];
    expect(triggers.map(([name]) => name.replace('trigger.', '')).toSorted()).toEqual(
      subscription?.triggers.toSorted(),
    );
    for (const [, text] of triggers) {
      for (const { send } of parse(text) as { send: string[] }[])
        for (const template of send) expect(data).toHaveProperty([`template.${template}`]);
    }
    expect(parse(data['service.slack'] ?? '')).toEqual({ token: '$slack-token' });
  });
});
