import { z } from 'zod';
import { ConfigError, loadConfig } from '../config/index.ts';
import type { Service } from '../contract/index.ts';
import { createLogger } from '../log/index.ts';
import { type Migrations, migrate, openDatabase } from '../mariadb/index.ts';
import { EX_CONFIG } from './exit-codes.ts';

const environment = z.object({
  MARIADB_URL: z.url({ protocol: /^mariadb$/ }),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/**
 * Brings the schema of a service up to date and ends: what a release does before its workloads start. They do the same
 * when they start, and then find nothing to do. Ends the process with status 1 when a migration fails, or 78 and one
 * line when the environment is wrong.
 */
export async function runMigrations({ name }: Service, migrations: Migrations): Promise<void> {
  const config = readEnvironment(name);
  const log = createLogger({ service: name, workload: 'migration', level: config.LOG_LEVEL });
  try {
    const db = await openDatabase<unknown>({ url: config.MARIADB_URL, log, poolSize: 1 });
    try {
      await migrate(db, migrations, log);
    } finally {
      await db.close();
    }
  } catch (error) {
    log.fatal({ err: error }, 'did not migrate');
    process.exitCode = 1;
  }
}

function readEnvironment(service: string): z.output<typeof environment> {
  try {
    return loadConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${service}-migration: ${error.message}\n`);
    process.exit(EX_CONFIG);
  }
}
