/**
 * Closer together than this they are one: npm passes on the Ctrl-C that the terminal has sent to this process already.
 */
const sameRequestMs = 500;

export interface StopRequests {
  /** Resolves at the first wish to stop. */
  readonly first: Promise<'stop'>;
  /** Calls back at the second. */
  onSecond(callback: () => void): void;
}

/** SIGINT, SIGTERM, SIGHUP, and the death of the process that started this one and holds a channel to it. */
export function stopRequests(): StopRequests {
  const { promise, resolve } = Promise.withResolvers<'stop'>();
  let firstAt: number | undefined;
  let second: (() => void) | undefined;
  const request = () => {
    firstAt ??= performance.now();
    resolve('stop');
    if (performance.now() - firstAt > sameRequestMs) second?.();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
  process.on('disconnect', request);
  // Listening must not keep this process alive.
  process.channel?.unref();
  return {
    first: promise,
    onSecond: (callback) => {
      second = callback;
    },
  };
}
