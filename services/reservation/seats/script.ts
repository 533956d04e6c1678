import type { Redis } from '@ticketaka/platform/redis';

/** What a script answers: a word that says how it went, and values. */
export type Reply = readonly [kind: string, ...values: unknown[]];

export interface Script {
  (key: string, ...args: readonly (string | number)[]): Promise<Reply>;
  /** The same with bytes in the place of text. */
  readonly bytes: (key: string, ...args: readonly (string | number)[]) => Promise<readonly unknown[]>;
}

/** Makes a Lua script of one key a command. It is sent by its hash, and whole when Redis does not know it. */
export function defineScript(redis: Redis, name: string, lua: string): Script {
  const command = `seats.${name}`;
  redis.defineCommand(command, { numberOfKeys: 1, lua });
  // defineCommand adds these two methods; its types cannot say so.
  const methods = redis as unknown as Record<string, (...args: unknown[]) => Promise<Reply>>;
  const call = (method: string) =>
    function run(key: string, ...args: readonly (string | number)[]) {
      const send = methods[method];
      if (!send) throw new Error(`there is no command ${method}`);
      return send.call(redis, key, ...args);
    };
  return Object.assign(call(command), { bytes: call(`${command}Buffer`) });
}

/** Changes the text of a script, as tests need it. */
export type Revise = (lua: string) => string;

/** Scripts by name, each as `revise` would have it. */
export function defineScripts<Name extends string>(
  redis: Redis,
  texts: Readonly<Record<Name, string>>,
  revise: Revise,
): Readonly<Record<Name, Script>> {
  const scripts = Object.entries<string>(texts).map(([name, lua]) => [name, defineScript(redis, name, revise(lua))]);
  // The names are those of the texts.
  return Object.fromEntries(scripts) as Record<Name, Script>;
}

/** One of several answers in the answer of a script. */
export const asReply = (value: unknown): Reply => {
  if (!Array.isArray(value) || typeof value[0] !== 'string') throw new TypeError('a script answered with no answers');
  return [value[0], ...value.slice(1)];
};

export const text = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  throw new TypeError('a script answered with something else than text');
};

export const whole = (value: unknown): number => {
  const number = typeof value === 'number' ? value : Number(text(value));
  if (!Number.isSafeInteger(number)) throw new TypeError('a script answered with something else than a whole number');
  return number;
};

/** `3,17` */
export const unitsOf = (value: unknown): number[] => {
  const list = text(value);
  return list === '' ? [] : list.split(',').map(Number);
};
