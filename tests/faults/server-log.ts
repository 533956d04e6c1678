import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { services } from '@ticketaka/charts/services';
import { type Service, workloadName } from '@ticketaka/platform/contract';
import { z } from 'zod';
import type { Platform } from '../e2e/platform.ts';

/** A child that others hold connections to: its name in the log, and who uses it. */
const used: Readonly<Record<string, { readonly name: string; readonly by: (service: Service) => boolean }>> = {
  mariadb: { name: 'MariaDB', by: ({ owns }) => owns.mariadb },
  redis: { name: 'Redis', by: ({ owns }) => owns.redis },
  rabbitmq: { name: 'RabbitMQ', by: ({ publishes, consumes }) => publishes.length + consumes.length > 0 },
  'mail-sandbox': { name: 'SMTP server', by: ({ egress }) => egress.some(({ name }) => name === 'smtp') },
};

const line = z.object({ time: z.union([z.number(), z.string()]), msg: z.string() });

/**
 * What each workload that uses the child has said about losing and finding it, since a moment (epoch milliseconds):
 * `{ 'auth-api': ['lost', 'found'] }`.
 */
export async function lostAndFound({ home }: Platform, child: string, since: number) {
  const server = used[child];
  const told: Record<string, ('lost' | 'found')[]> = {};
  for (const service of server ? services.filter(server.by) : []) {
    for (const workload of Object.keys(service.workloads)) {
      const name = workloadName(service.name, workload);
      const messages = await messagesSince(join(home, `log/${name}.log`), since);
      told[name] = messages.flatMap((message) => {
        if (message.startsWith(`${server?.name} lost`)) return ['lost' as const];
        return message.startsWith(`${server?.name} found again`) ? ['found' as const] : [];
      });
    }
  }
  return told;
}

async function messagesSince(file: string, since: number): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  return text.split('\n').flatMap((raw) => {
    const parsed = line.safeParse(parseJson(raw));
    return parsed.success && new Date(parsed.data.time).getTime() >= since ? [parsed.data.msg] : [];
  });
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    // Node's own words, before the logger is there.
    return undefined;
  }
}
