import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';

/** What GitHub reads of a workflow, as far as these tests look. Unknown fields stay. */
const permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));
const concurrency = z.object({ group: z.string(), 'cancel-in-progress': z.boolean() });
const step = z.looseObject({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  env: z.record(z.string(), z.string()).optional(),
});
const job = z.looseObject({
  permissions,
  'timeout-minutes': z.number().optional(),
  uses: z.string().optional(),
  'runs-on': z.string().optional(),
  environment: z.string().optional(),
  if: z.string().optional(),
  concurrency: concurrency.optional(),
  steps: z.array(step).default([]),
});
const workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions,
  concurrency: concurrency.optional(),
  jobs: z.record(z.string(), job),
});

const folder = join(import.meta.dirname, '../../.github/workflows');
const files = readdirSync(folder);
const texts = new Map(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
const workflows = new Map([...texts].map(([name, text]) => [name, workflow.parse(parse(text))]));
const jobs = [...workflows].flatMap(([file, { jobs: own }]) =>
  Object.entries(own).map(([name, value]) => ({ name: `${file} ${name}`, file, job: value })),
);
const steps = jobs.flatMap(({ name, file, job: { steps: own } }) =>
  own.map((value, index) => ({ name: `${name} ${value.name ?? index}`, file, step: value })),
);

describe('the workflows', () => {
  it('are those of delivery', () => {
    const names = ['ci', 'code-scanning', 'deploy', 'preview', 'promote', 'rollback'];
    expect(files.toSorted()).toEqual(names.map((name) => `${name}.yaml`));
  });

  it('pin every action by its commit, and say the version', () => {
    for (const [file, text] of texts) {
      for (const [, used = ''] of text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)) {
        if (used.startsWith('./')) continue;
        expect([file, used]).toEqual([
          file,
          expect.stringMatching(/^[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/),
        ]);
      }
    }
  });

  it('pin one action at one commit everywhere', () => {
    const pins = [...texts.values()].flatMap((text) => [...text.matchAll(/uses: ([\w.-]+\/[\w.-]+)\S*@(.+)$/gm)]);
    const byAction = Map.groupBy(pins, ([, action = '']) => action);
    const several = [...byAction].filter(([, found]) => new Set(found.map(([, , pin]) => pin)).size > 1);
    expect(several.map(([action]) => action)).toEqual([]);
  });

  it('have no right by default, and each job says its own', () => {
    for (const [file, { permissions: given }] of workflows) expect([file, given]).toEqual([file, {}]);
    for (const { name, job: value } of jobs) expect([name, value.permissions['contents']]).toEqual([name, 'read']);
  });

  it('write only what they are for', () => {
    const written = jobs.flatMap(({ name, job: value }) =>
      Object.entries(value.permissions)
        .filter(([, right]) => right === 'write')
        .map(([scope]) => `${name}: ${scope}`),
    );
    expect(written.toSorted()).toEqual([
      'code-scanning.yaml codeql: security-events',
      'deploy.yaml manifests: id-token',
      'deploy.yaml service: id-token',
      'deploy.yaml service: packages',
      'preview.yaml image: id-token',
      'preview.yaml image: packages',
      'preview.yaml remove: id-token',
      'promote.yaml promote: id-token',
      'rollback.yaml rollback: id-token',
    ]);
  });

  it('never run the code of a stranger with our rights', () => {
    const triggers = [...workflows].flatMap(([file, { on }]) => Object.keys(on).map((name) => `${file} ${name}`));
    expect(triggers.filter((name) => /pull_request_target|workflow_run|issue_comment/.test(name))).toEqual([]);
    // A pull request of a fork gets neither an image nor a token.
    const preview = jobs.filter(({ file, job: value }) => file === 'preview.yaml' && 'id-token' in value.permissions);
    for (const { name, job: value } of preview) {
      const guard = `${value.if} ${workflows.get('preview.yaml')?.jobs['changes']?.if}`;
      expect([name, guard]).toEqual([
        name,
        expect.stringContaining('github.event.pull_request.head.repo.full_name == github.repository'),
      ]);
    }
  });

  it('put nothing into a script but by a variable', () => {
    const spliced = steps.filter(({ step: { run = '' } }) => run.includes('${{'));
    expect(spliced.map(({ name }) => name)).toEqual([]);
  });

  it('leave no token behind in a clone', () => {
    const clones = steps.filter(({ step: { uses = '' } }) => uses.startsWith('actions/checkout@'));
    const kept = clones.filter(({ step: value }) => value.with?.['persist-credentials'] !== false);
    expect([clones.length > 0, kept.map(({ name }) => name)]).toEqual([true, []]);
  });

  it('hold no key of a cloud or of the manifest repository: those are given for an hour, by who asks', () => {
    const secrets = [...texts.values()].flatMap((text) =>
      [...text.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name),
    );
    expect([...new Set(secrets)]).toEqual(['SLACK_WEBHOOK_URL']);
    const text = [...texts.values()].join('\n');
    expect(text).not.toMatch(
      /aws-access-key-id|AWS_SECRET|COSIGN_PRIVATE_KEY|COSIGN_PASSWORD|ssh-key|secrets: inherit/,
    );
  });

  it('look at every namespace of the manifests, not at an empty one', () => {
    const analyses = steps.flatMap(({ step: { run = '' } }) => run.match(/istioctl analyze .*/g) ?? []);
    expect(analyses).toEqual([expect.stringContaining('--all-namespaces')]);
  });

  it('end some day', () => {
    const endless = jobs.filter(({ job: value }) => !value.uses && value['timeout-minutes'] === undefined);
    expect(endless.map(({ name }) => name)).toEqual([]);
  });

  it('run on a machine of a version', () => {
    const floating = jobs.filter(
      ({ job: value }) => !value.uses && !/^ubuntu-\d\d\.\d\d$/.test(value['runs-on'] ?? ''),
    );
    expect(floating.map(({ name }) => name)).toEqual([]);
  });
});

describe('a deployment', () => {
  const deploy = workflows.get('deploy.yaml');
  const service = deploy?.jobs['service'];
  const position = (pattern: RegExp) =>
    (service?.steps ?? []).findIndex(({ name, uses, run }) => pattern.test(`${name} ${uses} ${run}`));

  it('goes one at a time for a service, and is never cut off', () => {
    expect(service?.concurrency).toEqual({ group: 'deploy-${{ matrix.service }}', 'cancel-in-progress': false });
  });

  it('holds up no rollback: it may wait for its canary for an hour, and a newer push would take the place of who waits', () => {
    expect(workflows.get('rollback.yaml')?.concurrency).toEqual({
      group: 'rollback-${{ inputs.environment }}-${{ inputs.service }}',
      'cancel-in-progress': false,
    });
  });

  it('counts what changed from the last one that came through, not from the commit before the push', () => {
    const changes = deploy?.jobs['changes'];
    const script = changes?.steps.map(({ run = '' }) => run).join('\n');
    expect(script).toContain('.github/last-deployed.sh');
    expect(changes?.permissions).toEqual({ contents: 'read', actions: 'read' });
    expect(texts.get('deploy.yaml')).not.toContain('event.before');
  });

  it('takes back nothing that a later commit brought, when it ends late or is run again', () => {
    const written = jobs.flatMap(({ name, file, job: { steps: own } }) =>
      file === 'preview.yaml' || !own.some(({ run = '' }) => /gitops -- (render|bump)/.test(run))
        ? []
        : [{ name, own }],
    );
    expect(written.map(({ name }) => name)).toEqual([
      'deploy.yaml manifests',
      'deploy.yaml service',
      'promote.yaml promote',
    ]);
    for (const { name, own } of written) {
      const commands = own.flatMap(({ run = '' }) => run.match(/gitops -- (render|bump) .*/g) ?? []);
      for (const command of commands)
        expect([name, command]).toEqual([name, expect.stringContaining('--forward-only')]);
      // Which commit is the later one is in the history.
      const clone = own.find(({ uses = '' }) => uses.startsWith('actions/checkout@'));
      expect([name, clone?.with?.['fetch-depth']]).toEqual([name, 0]);
    }
  });

  it('waits for the checks and for its manifests', () => {
    expect(deploy?.jobs['ci']?.uses).toBe('./.github/workflows/ci.yaml');
    expect(service?.['needs']).toEqual(['changes', 'manifests']);
    expect(deploy?.jobs['manifests']?.['needs']).toEqual(['ci']);
  });

  it('names images in small letters, as registries want them, whoever owns the repository', () => {
    for (const file of ['deploy.yaml', 'preview.yaml']) {
      const text = texts.get(file) ?? '';
      expect([file, text]).toEqual([file, expect.not.stringContaining('ghcr.io/${{ github.repository_owner }}')]);
      expect([file, text]).toEqual([file, expect.stringMatching(/IMAGE=ghcr\.io\/\$\{GITHUB_REPOSITORY_OWNER,,\}\//)]);
    }
  });

  it('scans before it signs, signs before it releases, and releases a digest', () => {
    const order = [/build-push-action/, /scan-action/, /cosign sign/, /gitops -- bump/, /gitops -- status/].map(
      position,
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(service?.steps[position(/gitops -- bump/)]?.run).toContain('--image "$IMAGE@$DIGEST"');
    expect(service?.steps[position(/scan-action/)]?.with).toMatchObject({
      'fail-build': true,
      'severity-cutoff': 'high',
    });
  });

  it('tells what an image is made of and how, and pushes it under no name until it is scanned', () => {
    const build = service?.steps[position(/build-push-action/)]?.with;
    expect(build).toMatchObject({ sbom: true, provenance: 'mode=max' });
    expect(build?.['tags']).toBeUndefined();
    expect(build?.['outputs']).toContain('push-by-digest=true');
  });

  it('to staging and prod is of what runs well in the environment before, where its cluster can be asked', () => {
    const promotion = workflows
      .get('promote.yaml')
      ?.jobs['promote']?.steps.find(({ run }) => run?.includes('gitops -- promote'));
    expect(promotion?.run).toContain('--require-healthy');
    expect(promotion?.env).toMatchObject({ SOURCE_CLUSTER: '${{ vars.SOURCE_CLUSTER }}' });
  });

  it('to staging and prod is let through by the rules of that environment', () => {
    expect(workflows.get('promote.yaml')?.jobs['promote']?.environment).toBe('${{ inputs.to }}');
    expect(workflows.get('rollback.yaml')?.jobs['rollback']?.environment).toBe('${{ inputs.environment }}');
  });
});

describe('the updates of what is depended on', () => {
  it('are looked for among packages, images and actions', () => {
    const file = join(folder, '../dependabot.yaml');
    const config = z.object({ updates: z.array(z.looseObject({ 'package-ecosystem': z.string() })) });
    const { updates } = config.parse(parse(readFileSync(file, 'utf8')));
    expect(updates.map((update) => update['package-ecosystem']).toSorted()).toEqual([
      'docker',
      'github-actions',
      'npm',
    ]);
  });
});
