import type { z } from 'zod';

/** A variable of the environment is missing or wrong. The message is one line that names it and never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Parses the environment once, at start. An empty variable counts as a missing one.
 * @throws ConfigError naming every variable that is missing or wrong
 */
export function loadConfig<S extends z.ZodObject>(schema: S, env: NodeJS.ProcessEnv = process.env): z.output<S> {
  const known = Object.keys(schema.shape);
  const given = Object.fromEntries(known.filter((name) => env[name]).map((name) => [name, env[name]]));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return name in given ? `${name} is wrong: ${issue.message}` : `${name} is not set`;
  });
  throw new ConfigError(`Configuration: ${[...new Set(faults)].join('; ')}`);
}
