import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

export interface Secrets {
  /** The password of that name: `mariadb/auth`. Made, and kept, when it is first asked for. */
  password(name: string): string;
}

/** Opens a file of generated passwords that only its owner can read; it need not be there yet. */
export function openSecrets(file: string): Secrets {
  const known = existsSync(file) ? z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  return {
    password(name) {
      const found = known[name];
      if (found) return found;
      const made = randomBytes(24).toString('base64url');
      known[name] = made;
      mkdirSync(dirname(file), { recursive: true });
      // Written beside and renamed, so that a crash leaves the old file or the new one.
      writeFileSync(`${file}.new`, `${JSON.stringify(known, null, 2)}\n`, { mode: 0o600 });
      renameSync(`${file}.new`, file);
      return made;
    },
  };
}
